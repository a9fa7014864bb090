// What a component gets from its host: classes whose methods forward to functions supplied by Rust.
#include "native_api.h"

extern "C" struct HostCalls {
    void *user;
    bool (*alloc)(void *user, void **memory, unsigned long bytes);
    void (*release)(void *user, void **memory);
    bool (*add_error)(void *user, unsigned short code, const WCHAR_T *source, const WCHAR_T *descr, long scode);
    bool (*external_event)(void *user, const WCHAR_T *source, const WCHAR_T *message, const WCHAR_T *data);
    // The depth of the queue of events, another one where it is not negative.
    long (*event_depth)(void *user, long depth);
    // Every other call of IAddInDefBase, by its name.
    bool (*other)(void *user, const char *what, const WCHAR_T *text);
    // 0 for "no such interface".
    int (*has_interface)(void *user, int which);
    int (*app_type)(void *user);
    int (*attached)(void *user);
};

static const WCHAR_T VERSION[] = u"8.3.23.1865";
static const WCHAR_T AGENT[] = u"";

// Each class brings its own operator delete: a virtual destructor refers to one, and no C++ library is linked.
#define OWN_MEMORY                                                   \
    static void *operator new(host_size, void *at) { return at; }    \
    static void operator delete(void *) {}                           \
    static void operator delete(void *, void *) {}

struct PlatformInfo : public IPlatformInfo {
    OWN_MEMORY
    AppInfo info;
    // Filled once: objects of several threads ask at the same time.
    explicit PlatformInfo(const HostCalls *c) : info() {
        info.AppVersion = VERSION;
        info.UserAgentInformation = AGENT;
        info.Application = c->app_type(c->user);
    }
    const AppInfo *ADDIN_API GetPlatformInfo() override { return &info; }
};

struct AttachedInfo : public IAttachedInfo {
    OWN_MEMORY
    const HostCalls *calls;
    explicit AttachedInfo(const HostCalls *c) : calls(c) {}
    const AttachedType ADDIN_API GetAttachedInfo() override { return (AttachedType)calls->attached(calls->user); }
};

struct MsgBox : public IMsgBox {
    OWN_MEMORY
    const HostCalls *calls;
    explicit MsgBox(const HostCalls *c) : calls(c) {}
    bool ADDIN_API Confirm(const WCHAR_T *text, tVariant *) override { return calls->other(calls->user, "Confirm", text); }
    bool ADDIN_API Alert(const WCHAR_T *text) override { return calls->other(calls->user, "Alert", text); }
};

class Memory : public IMemoryManager {
public:
    OWN_MEMORY
    const HostCalls *calls;
    explicit Memory(const HostCalls *c) : calls(c) {}
    bool ADDIN_API AllocMemory(void **memory, unsigned long bytes) override {
        return calls->alloc(calls->user, memory, bytes);
    }
    void ADDIN_API FreeMemory(void **memory) override { calls->release(calls->user, memory); }
};

class Connection : public IAddInDefBaseEx {
public:
    OWN_MEMORY
    const HostCalls *calls;
    PlatformInfo *platform;
    AttachedInfo *attached;
    MsgBox *box;
    Connection(const HostCalls *c, PlatformInfo *p, AttachedInfo *a, MsgBox *b)
        : calls(c), platform(p), attached(a), box(b) {}

    bool ADDIN_API AddError(unsigned short code, const WCHAR_T *source, const WCHAR_T *descr, long scode) override {
        return calls->add_error(calls->user, code, source, descr, scode);
    }
    bool ADDIN_API Read(WCHAR_T *name, tVariant *, long *, WCHAR_T **) override { return other("Read", name); }
    bool ADDIN_API Write(WCHAR_T *name, tVariant *) override { return other("Write", name); }
    bool ADDIN_API RegisterProfileAs(WCHAR_T *name) override { return other("RegisterProfileAs", name); }
    bool ADDIN_API SetEventBufferDepth(long depth) override {
        return depth > 0 && calls->event_depth(calls->user, depth) == depth;
    }
    long ADDIN_API GetEventBufferDepth() override { return calls->event_depth(calls->user, -1); }
    bool ADDIN_API ExternalEvent(WCHAR_T *source, WCHAR_T *message, WCHAR_T *data) override {
        return calls->external_event(calls->user, source, message, data);
    }
    void ADDIN_API CleanEventBuffer() override { other("CleanEventBuffer", 0); }
    bool ADDIN_API SetStatusLine(WCHAR_T *text) override { return other("SetStatusLine", text); }
    void ADDIN_API ResetStatusLine() override { other("ResetStatusLine", 0); }
    IInterface *ADDIN_API GetInterface(Interfaces which) override {
        if (!calls->has_interface(calls->user, which)) return 0;
        switch (which) {
        case eIMsgBox: return box;
        case eIPlatformInfo: return platform;
        case eIAttachedInfo: return attached;
        default: return 0;
        }
    }

private:
    bool other(const char *what, const WCHAR_T *text) { return calls->other(calls->user, what, text); }
};

#ifdef _MSC_VER
enum { SLOTS_BEFORE = 1, DESTRUCTORS = 1 };
#else
enum { SLOTS_BEFORE = 2, DESTRUCTORS = 2 };
#endif
enum { SLOTS = DESTRUCTORS + 10 + 1 };

struct HostSide {
    Connection connection;
    Memory memory;
    PlatformInfo platform;
    AttachedInfo attached;
    MsgBox box;
    host_word bare_table[SLOTS_BEFORE + SLOTS];
    static void *operator new(host_size, void *at) { return at; }
    explicit HostSide(const HostCalls *c)
        : connection(c, &platform, &attached, &box), memory(c), platform(c), attached(c), box(c), bare_table() {}
};

extern "C" {
host_size host_side_size() { return sizeof(HostSide); }
void host_side_make(void *at, const HostCalls *calls) { new (at) HostSide(calls); }
void *host_side_connection(HostSide *h) { return static_cast<IAddInDefBase *>(&h->connection); }
void *host_side_memory(HostSide *h) { return static_cast<IMemoryManager *>(&h->memory); }

// OneScript's shape: a table of our own whose GetInterface slot is empty.
void host_side_without_get_interface(HostSide *h) {
    host_word *object = reinterpret_cast<host_word *>(&h->connection);
    const host_word *table = reinterpret_cast<const host_word *>(*object);
    for (int i = 0; i < SLOTS_BEFORE + SLOTS; i++) h->bare_table[i] = table[i - SLOTS_BEFORE];
    h->bare_table[SLOTS_BEFORE + SLOTS - 1] = 0;
    *object = reinterpret_cast<host_word>(h->bare_table + SLOTS_BEFORE);
}

#ifndef _MSC_VER
// The abstract bases' tables name it; a C++ library's own wins where one is linked.
__attribute__((weak)) void __cxa_pure_virtual() { __builtin_trap(); }
#endif
}
