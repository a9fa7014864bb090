// What a 1C:Enterprise host and a Native API component agree on, declared the way 1C's headers lay it out,
// so that a C++ compiler's own vtables and variant layout meet the component's.
// Freestanding: no exceptions, no RTTI, no C++ library; it also compiles for *-windows-msvc with clang.
#pragma once

typedef __SIZE_TYPE__ host_size;
typedef __UINTPTR_TYPE__ host_word;
typedef char16_t WCHAR_T;

#if defined(_WIN32) && defined(__i386__)
#define ADDIN_API __stdcall
#elif defined(_WIN32) && defined(_M_IX86)
#define ADDIN_API __stdcall
#else
#define ADDIN_API
#endif

// The C library's `struct tm` of each platform; checked against <time.h> in layout.cpp.
struct HostTm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
#ifndef _WIN32
    long tm_gmtoff;
    const char *tm_zone;
#endif
};

struct HostGuid {
    unsigned int Data1;
    unsigned short Data2;
    unsigned short Data3;
    unsigned char Data4[8];
};

typedef unsigned short TYPEVAR;

struct tVariant {
    union {
        signed char i8Val;
        short shortVal;
        int lVal;
        int intVal;
        unsigned int uintVal;
        long long llVal;
        unsigned char ui8Val;
        unsigned short ushortVal;
        unsigned int ulVal;
        unsigned long long ullVal;
        int errCode;
        long hRes;
        float fltVal;
        double dblVal;
        bool bVal;
        char chVal;
        wchar_t wchVal;
        double date;
        HostGuid IDVal;
        tVariant *pvarVal;
        HostTm tmVal;
        struct {
            void *pInterfaceVal;
            HostGuid InterfaceID;
        };
        struct {
            char *pstrVal;
            unsigned int strLen;
        };
        struct {
            WCHAR_T *pwstrVal;
            unsigned int wstrLen;
        };
    };
    unsigned int cbElements;
    TYPEVAR vt;
};

// Component side.

class IInitDoneBase {
public:
    virtual ~IInitDoneBase() {}
    virtual bool ADDIN_API Init(void *connection) = 0;
    virtual bool ADDIN_API setMemManager(void *memory) = 0;
    virtual long ADDIN_API GetInfo() = 0;
    virtual void ADDIN_API Done() = 0;
};

class ILanguageExtenderBase {
public:
    virtual ~ILanguageExtenderBase() {}
    virtual bool ADDIN_API RegisterExtensionAs(WCHAR_T **name) = 0;
    virtual long ADDIN_API GetNProps() = 0;
    virtual long ADDIN_API FindProp(const WCHAR_T *name) = 0;
    virtual const WCHAR_T *ADDIN_API GetPropName(long number, long alias) = 0;
    virtual bool ADDIN_API GetPropVal(const long number, tVariant *value) = 0;
    virtual bool ADDIN_API SetPropVal(const long number, tVariant *value) = 0;
    virtual bool ADDIN_API IsPropReadable(const long number) = 0;
    virtual bool ADDIN_API IsPropWritable(const long number) = 0;
    virtual long ADDIN_API GetNMethods() = 0;
    virtual long ADDIN_API FindMethod(const WCHAR_T *name) = 0;
    virtual const WCHAR_T *ADDIN_API GetMethodName(const long number, const long alias) = 0;
    virtual long ADDIN_API GetNParams(const long number) = 0;
    virtual bool ADDIN_API GetParamDefValue(const long number, const long param, tVariant *value) = 0;
    virtual bool ADDIN_API HasRetVal(const long number) = 0;
    virtual bool ADDIN_API CallAsProc(const long number, tVariant *params, const long count) = 0;
    virtual bool ADDIN_API CallAsFunc(const long number, tVariant *result, tVariant *params, const long count) = 0;
};

class LocaleBase {
public:
    virtual ~LocaleBase() {}
    virtual void ADDIN_API SetLocale(const WCHAR_T *locale) = 0;
};

class UserLanguageBase {
public:
    virtual ~UserLanguageBase() {}
    virtual void ADDIN_API SetUserInterfaceLanguageCode(const WCHAR_T *code) = 0;
};

class IComponentBase : public IInitDoneBase,
                       public ILanguageExtenderBase,
                       public LocaleBase,
                       public UserLanguageBase {
public:
    virtual ~IComponentBase() {}
};

// Host side.

struct IInterface {};

enum Interfaces { eIMsgBox = 0, eIPlatformInfo, eIAttachedInfo };

class IAddInDefBase {
public:
    virtual ~IAddInDefBase() {}
    virtual bool ADDIN_API AddError(unsigned short code, const WCHAR_T *source, const WCHAR_T *descr, long scode) = 0;
    virtual bool ADDIN_API Read(WCHAR_T *name, tVariant *value, long *error, WCHAR_T **descr) = 0;
    virtual bool ADDIN_API Write(WCHAR_T *name, tVariant *value) = 0;
    virtual bool ADDIN_API RegisterProfileAs(WCHAR_T *name) = 0;
    virtual bool ADDIN_API SetEventBufferDepth(long depth) = 0;
    virtual long ADDIN_API GetEventBufferDepth() = 0;
    virtual bool ADDIN_API ExternalEvent(WCHAR_T *source, WCHAR_T *message, WCHAR_T *data) = 0;
    virtual void ADDIN_API CleanEventBuffer() = 0;
    virtual bool ADDIN_API SetStatusLine(WCHAR_T *text) = 0;
    virtual void ADDIN_API ResetStatusLine() = 0;
};

class IAddInDefBaseEx : public IAddInDefBase {
public:
    virtual ~IAddInDefBaseEx() {}
    virtual IInterface *ADDIN_API GetInterface(Interfaces which) = 0;
};

class IMemoryManager {
public:
    virtual ~IMemoryManager() {}
    virtual bool ADDIN_API AllocMemory(void **memory, unsigned long bytes) = 0;
    virtual void ADDIN_API FreeMemory(void **memory) = 0;
};

struct IMsgBox : public IInterface {
    virtual bool ADDIN_API Confirm(const WCHAR_T *text, tVariant *answer) = 0;
    virtual bool ADDIN_API Alert(const WCHAR_T *text) = 0;
};

struct IPlatformInfo : public IInterface {
    enum AppType { eAppUnknown = -1 };
    struct AppInfo {
        const WCHAR_T *AppVersion;
        const WCHAR_T *UserAgentInformation;
        int Application;
    };
    virtual const AppInfo *ADDIN_API GetPlatformInfo() = 0;
};

struct IAttachedInfo : public IInterface {
    enum AttachedType { eIsolated = 0, eNotIsolated };
    virtual const AttachedType ADDIN_API GetAttachedInfo() = 0;
};
