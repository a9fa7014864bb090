/* Put before the C library (LD_PRELOAD): C forbids memcpy a null pointer even for no bytes at all. Without string.h,
   which tells the compiler just that, so that it leaves the check out. */
#include <stdlib.h>

void *memmove (void *to, const void *from, size_t count);

static void *copy (void *to, const void *from, size_t count)
{
    if (!to || !from)
        abort ();
    return memmove (to, from, count);
}

void *memcpy (void *to, const void *from, size_t count)
{
    return copy (to, from, count);
}

void *__memcpy_chk (void *to, const void *from, size_t count, size_t room)
{
    if (count > room)
        abort ();
    return copy (to, from, count);
}
