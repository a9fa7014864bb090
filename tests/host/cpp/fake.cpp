// A component with one fault per method, for the host's own tests: does the host notice?
#include "native_api.h"

extern "C" void *malloc(host_size);
extern "C" void free(void *);

namespace {

const WCHAR_T *const METHODS[][2] = {
    {u"Echo", u"Эхо"},
    {u"Leak", u"Утечка"},
    {u"FreeForeign", u"ОсвободитьЧужое"},
    {u"FreeTwice", u"ОсвободитьДважды"},
    {u"WritePast", u"ПисатьЗаКонец"},
    {u"Crash", u"Упасть"},
    {u"Hang", u"Зависнуть"},
    {u"AllocNothing", u"ВыделитьНичего"},
    {u"UseFreed", u"ПисатьВОсвобожденное"},
    {u"Complain", u"Пожаловаться"},
    {u"Fail", u"Отказать"},
};
enum { METHOD_COUNT = sizeof(METHODS) / sizeof(METHODS[0]) };

unsigned length(const WCHAR_T *s) {
    unsigned n = 0;
    while (s[n]) n++;
    return n;
}

bool same(const WCHAR_T *a, const WCHAR_T *b) {
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

class Fake : public IComponentBase {
public:
    static void *operator new(host_size n) { return malloc(n); }
    static void operator delete(void *p) { free(p); }
    IAddInDefBaseEx *host = 0;
    IMemoryManager *memory = 0;

    bool ADDIN_API Init(void *c) override { return (host = static_cast<IAddInDefBaseEx *>((IAddInDefBase *)c)) != 0; }
    bool ADDIN_API setMemManager(void *m) override { return (memory = (IMemoryManager *)m) != 0; }
    long ADDIN_API GetInfo() override { return 2000; }
    void ADDIN_API Done() override {}

    WCHAR_T *keep(const WCHAR_T *text) {
        unsigned units = length(text) + 1;
        void *at = 0;
        if (!memory || !memory->AllocMemory(&at, units * sizeof(WCHAR_T))) return 0;
        for (unsigned i = 0; i < units; i++) ((WCHAR_T *)at)[i] = text[i];
        return (WCHAR_T *)at;
    }

    bool ADDIN_API RegisterExtensionAs(WCHAR_T **name) override { return (*name = keep(u"Fake")) != 0; }
    long ADDIN_API GetNProps() override { return 1; }
    long ADDIN_API FindProp(const WCHAR_T *name) override { return same(name, u"LastError") ? 0 : -1; }
    const WCHAR_T *ADDIN_API GetPropName(long n, long) override { return n == 0 ? keep(u"LastError") : 0; }
    bool ADDIN_API GetPropVal(const long, tVariant *v) override {
        v->pwstrVal = keep(u"отказано");
        if (!v->pwstrVal) return false;
        v->wstrLen = 8;
        v->vt = 22;
        return true;
    }
    bool ADDIN_API SetPropVal(const long, tVariant *) override { return false; }
    bool ADDIN_API IsPropReadable(const long n) override { return n == 0; }
    bool ADDIN_API IsPropWritable(const long) override { return false; }
    long ADDIN_API GetNMethods() override { return METHOD_COUNT; }
    long ADDIN_API FindMethod(const WCHAR_T *name) override {
        for (int i = 0; i < METHOD_COUNT; i++)
            if (same(name, METHODS[i][0]) || same(name, METHODS[i][1])) return i;
        return -1;
    }
    const WCHAR_T *ADDIN_API GetMethodName(const long n, const long alias) override {
        return n < 0 || n >= METHOD_COUNT || alias < 0 || alias > 1 ? 0 : keep(METHODS[n][alias]);
    }
    long ADDIN_API GetNParams(const long n) override { return n == 0 ? 1 : 0; }
    bool ADDIN_API GetParamDefValue(const long, const long, tVariant *) override { return false; }
    bool ADDIN_API HasRetVal(const long n) override { return n == 0; }
    bool ADDIN_API CallAsProc(const long n, tVariant *params, const long count) override {
        return CallAsFunc(n, 0, params, count);
    }

    bool ADDIN_API CallAsFunc(const long n, tVariant *result, tVariant *params, const long) override {
        void *at = 0;
        switch (n) {
        case 0: return echo(result, params);
        case 1: return memory->AllocMemory(&at, 10);
        case 2: at = this; memory->FreeMemory(&at); return true;
        case 3: {
            memory->AllocMemory(&at, 10);
            void *again = at;
            memory->FreeMemory(&at);
            memory->FreeMemory(&again);
            return true;
        }
        case 4:
            memory->AllocMemory(&at, 10);
            ((char *)at)[10] = 1;
            memory->FreeMemory(&at);
            return true;
        case 5: *(volatile int *)0 = 1; return true;
        case 6: for (volatile int i = 0;; i = i + 1) {}
        case 7: return memory->AllocMemory(&at, 0);
        case 8: {
            memory->AllocMemory(&at, 10);
            char *bytes = (char *)at;
            memory->FreeMemory(&at);
            bytes[3] = 1;
            return true;
        }
        case 9: return host->AddError(1006, u"Fake", u"жалоба", 7);
        default: return false;
        }
    }

    // Whatever comes goes back: scalars as they are, text and bytes in memory of the host.
    bool echo(tVariant *result, tVariant *params) {
        if (!result) return true;
        if (params->vt != 22 && params->vt != 23) { *result = *params; return true; }
        unsigned bytes = params->strLen * (params->vt == 22 ? sizeof(WCHAR_T) : 1);
        void *at = 0;
        if (!memory->AllocMemory(&at, bytes ? bytes : 1)) return false;
        for (unsigned i = 0; i < bytes; i++) ((char *)at)[i] = params->pstrVal[i];
        result->pstrVal = (char *)at;
        result->strLen = params->strLen;
        result->vt = params->vt;
        return true;
    }

    void ADDIN_API SetLocale(const WCHAR_T *) override {}
    void ADDIN_API SetUserInterfaceLanguageCode(const WCHAR_T *) override {}
};

} // namespace

extern "C" {
const WCHAR_T *host_fake_class_names() { return u"Fake"; }
long host_fake_class_object(const WCHAR_T *name, IComponentBase **out) {
    if (!name || !same(name, u"Fake") || *out) return 0;
    *out = new Fake;
    return 1;
}
long host_fake_destroy_object(IComponentBase **object) {
    if (!object || !*object) return -1;
    delete *object;
    *object = 0;
    return 0;
}
int host_fake_set_capabilities(int) { return 3; }
int host_fake_attach_type() { return 3; }
}
