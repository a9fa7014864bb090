// libzmq names a wildcard ipc endpoint by _wtmpnam_s(). That of msvcrt.dll gives
// a path at the root of the current drive, where an ordinary user cannot write;
// this one gives a path in the user's temporary folder. libzmq is compiled with
// -D_wtmpnam_s=addin_zeromq_wtmpnam_s; MinGW declares the function as imported,
// so that it is called through the __imp_ pointer below.
#include <errno.h>
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

extern "C" errno_t __cdecl addin_zeromq_wtmpnam_s(wchar_t *name, size_t size) {
    static volatile LONG count = 0;
    wchar_t folder[MAX_PATH + 1];
    const DWORD length = GetTempPathW(MAX_PATH, folder);
    if (length == 0 || length > MAX_PATH)
        return ENOENT;
    LARGE_INTEGER ticks;
    QueryPerformanceCounter(&ticks);
    const int written = _snwprintf(name, size, L"%lszmq-%lx-%lx-%lx", folder,
                                   (unsigned long)GetCurrentProcessId(),
                                   (unsigned long)InterlockedIncrement(&count),
                                   (unsigned long)ticks.LowPart);
    if (written < 0 || (size_t)written >= size)
        return ERANGE;
    return 0;
}

#ifdef __i386__
#define IMPORTED "__imp__addin_zeromq_wtmpnam_s"
#else
#define IMPORTED "__imp_addin_zeromq_wtmpnam_s"
#endif
extern "C" errno_t(__cdecl *const addin_zeromq_wtmpnam_s_imported)(wchar_t *, size_t) __asm__(IMPORTED);
errno_t(__cdecl *const addin_zeromq_wtmpnam_s_imported)(wchar_t *, size_t) = addin_zeromq_wtmpnam_s;
