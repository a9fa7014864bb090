// The variant as this compiler lays it out: told to Rust, and held against facts/native-api.md's table.
#include "native_api.h"

#if __has_include(<time.h>)
#include <time.h>
static_assert(sizeof(HostTm) == sizeof(struct tm), "HostTm is not this platform's struct tm");
#endif

#define AT(member) __builtin_offsetof(tVariant, member)
#if defined(_WIN32)
static_assert(AT(cbElements) == 40 && AT(vt) == 44 && sizeof(tVariant) == 48, "Windows x86 and x64");
#elif defined(__i386__)
static_assert(AT(cbElements) == 44 && AT(vt) == 48 && sizeof(tVariant) == 52, "Linux i386");
#else
static_assert(AT(cbElements) == 56 && AT(vt) == 60 && sizeof(tVariant) == 64, "64-bit Linux and macOS");
#endif

extern "C" host_size host_variant_size() { return sizeof(tVariant); }

extern "C" host_size host_variant_offset(int which) {
    switch (which) {
    case 0: return AT(cbElements);
    case 1: return AT(vt);
    case 2: return AT(strLen);
    case 3: return AT(wstrLen);
    default: return AT(InterfaceID);
    }
}

// Writes and reads go through the members, so that the compiler, not Rust, decides where a value lies.

extern "C" void host_variant_put_integer(tVariant *v, unsigned vt, long long value) {
    v->vt = (TYPEVAR)vt;
    switch (vt) {
    case 2: v->shortVal = (short)value; break;
    case 3: v->lVal = (int)value; break;
    case 10: v->errCode = (int)value; break;
    case 11: v->bVal = value != 0; break;
    case 13: v->i8Val = (signed char)value; break;
    case 14: v->ui8Val = (unsigned char)value; break;
    case 15: v->ushortVal = (unsigned short)value; break;
    case 16: v->ulVal = (unsigned int)value; break;
    case 18: v->ullVal = (unsigned long long)value; break;
    case 19: v->intVal = (int)value; break;
    case 20: v->uintVal = (unsigned int)value; break;
    case 21: v->hRes = (long)value; break;
    default: v->llVal = value; break;
    }
}

extern "C" long long host_variant_integer(const tVariant *v) {
    switch (v->vt) {
    case 2: return v->shortVal;
    case 3: return v->lVal;
    case 10: return v->errCode;
    case 11: return v->bVal ? 1 : 0;
    case 13: return v->i8Val;
    case 14: return v->ui8Val;
    case 15: return v->ushortVal;
    case 16: return v->ulVal;
    case 18: return (long long)v->ullVal;
    case 19: return v->intVal;
    case 20: return v->uintVal;
    case 21: return v->hRes;
    default: return v->llVal;
    }
}

extern "C" void host_variant_put_real(tVariant *v, unsigned vt, double value) {
    v->vt = (TYPEVAR)vt;
    if (vt == 4) v->fltVal = (float)value;
    else if (vt == 6) v->date = value;
    else v->dblVal = value;
}

extern "C" double host_variant_real(const tVariant *v) {
    return v->vt == 4 ? v->fltVal : v->vt == 6 ? v->date : v->dblVal;
}

extern "C" void host_variant_put_wide(tVariant *v, unsigned vt, WCHAR_T *text, unsigned units) {
    v->vt = (TYPEVAR)vt;
    v->pwstrVal = text;
    v->wstrLen = units;
}

extern "C" WCHAR_T *host_variant_wide(const tVariant *v, unsigned *units) {
    *units = v->wstrLen;
    return v->pwstrVal;
}

extern "C" void host_variant_put_bytes(tVariant *v, unsigned vt, char *bytes, unsigned count) {
    v->vt = (TYPEVAR)vt;
    v->pstrVal = bytes;
    v->strLen = count;
}

extern "C" char *host_variant_bytes(const tVariant *v, unsigned *count) {
    *count = v->strLen;
    return v->pstrVal;
}

extern "C" void host_variant_put_tm(tVariant *v, const int *fields) {
    v->vt = 7;
    v->tmVal.tm_sec = fields[0];
    v->tmVal.tm_min = fields[1];
    v->tmVal.tm_hour = fields[2];
    v->tmVal.tm_mday = fields[3];
    v->tmVal.tm_mon = fields[4];
    v->tmVal.tm_year = fields[5];
}

extern "C" void host_variant_put_vt(tVariant *v, unsigned vt) { v->vt = (TYPEVAR)vt; }
extern "C" unsigned host_variant_vt(const tVariant *v) { return v->vt; }

#ifdef _MSC_VER
extern "C" int _fltused = 0; // MSVC's mark that floating point is used; MinGW has none to link with
#endif
