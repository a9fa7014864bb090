// One C function per virtual method of a component, called through the vtable as a C++ host calls it.
#include "native_api.h"

typedef IComponentBase Com;

static IInitDoneBase *life(Com *c) { return c; }
static ILanguageExtenderBase *lang(Com *c) { return c; }

extern "C" {
bool host_c_init(Com *c, void *connection) { return life(c)->Init(connection); }
bool host_c_set_mem_manager(Com *c, void *memory) { return life(c)->setMemManager(memory); }
long host_c_get_info(Com *c) { return life(c)->GetInfo(); }
void host_c_done(Com *c) { life(c)->Done(); }

bool host_c_register_extension_as(Com *c, WCHAR_T **name) { return lang(c)->RegisterExtensionAs(name); }
long host_c_n_props(Com *c) { return lang(c)->GetNProps(); }
long host_c_find_prop(Com *c, const WCHAR_T *name) { return lang(c)->FindProp(name); }
const WCHAR_T *host_c_prop_name(Com *c, long n, long alias) { return lang(c)->GetPropName(n, alias); }
bool host_c_get_prop(Com *c, long n, tVariant *v) { return lang(c)->GetPropVal(n, v); }
bool host_c_set_prop(Com *c, long n, tVariant *v) { return lang(c)->SetPropVal(n, v); }
bool host_c_prop_readable(Com *c, long n) { return lang(c)->IsPropReadable(n); }
bool host_c_prop_writable(Com *c, long n) { return lang(c)->IsPropWritable(n); }
long host_c_n_methods(Com *c) { return lang(c)->GetNMethods(); }
long host_c_find_method(Com *c, const WCHAR_T *name) { return lang(c)->FindMethod(name); }
const WCHAR_T *host_c_method_name(Com *c, long n, long alias) { return lang(c)->GetMethodName(n, alias); }
long host_c_n_params(Com *c, long n) { return lang(c)->GetNParams(n); }
bool host_c_param_default(Com *c, long n, long p, tVariant *v) { return lang(c)->GetParamDefValue(n, p, v); }
bool host_c_has_ret_val(Com *c, long n) { return lang(c)->HasRetVal(n); }
bool host_c_call_as_proc(Com *c, long n, tVariant *params, long count) {
    return lang(c)->CallAsProc(n, params, count);
}
bool host_c_call_as_func(Com *c, long n, tVariant *result, tVariant *params, long count) {
    return lang(c)->CallAsFunc(n, result, params, count);
}

void host_c_set_locale(Com *c, const WCHAR_T *text) { static_cast<LocaleBase *>(c)->SetLocale(text); }
void host_c_set_ui_language(Com *c, const WCHAR_T *text) {
    static_cast<UserLanguageBase *>(c)->SetUserInterfaceLanguageCode(text);
}

// `delete` through base 0..3: the deleting destructor's slot of that base's table.
void host_c_delete(Com *c, int base) {
    switch (base) {
    case 0: delete static_cast<IInitDoneBase *>(c); break;
    case 1: delete static_cast<ILanguageExtenderBase *>(c); break;
    case 2: delete static_cast<LocaleBase *>(c); break;
    default: delete static_cast<UserLanguageBase *>(c); break;
    }
}

// An explicit destructor call: the other slot where there are two, the same slot with flag 0 on MSVC.
void host_c_destruct(Com *c, int base) {
    switch (base) {
    case 0: static_cast<IInitDoneBase *>(c)->~IInitDoneBase(); break;
    case 1: static_cast<ILanguageExtenderBase *>(c)->~ILanguageExtenderBase(); break;
    case 2: static_cast<LocaleBase *>(c)->~LocaleBase(); break;
    default: static_cast<UserLanguageBase *>(c)->~UserLanguageBase(); break;
    }
}
}
