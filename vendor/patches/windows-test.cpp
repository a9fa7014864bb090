// Tests of the patches that only matter on Windows; ci/faults builds and runs it (MinGW, Wine).
// Winsock is put between: sockets of AF_UNIX, which Wine 8 lacks, are TCP ones that remember it,
// and any call can be told to fail. One case per process: the first argument is its name.

#include <zmq.h>

#include <winsock2.h>
#include <windows.h>
#include <ws2tcpip.h>

#include <errno.h>
#include <set>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <string>
#include <vector>

static std::set<SOCKET> unix_sockets;
static int connect_error;     // what connect says on an AF_UNIX socket
static int pending_error;     // what SO_ERROR says on an AF_UNIX socket
static sockaddr_in helper;     // who takes the connections that are under way
static int poll_error;        // what WSAPoll says
static int poll_failures;     // how many times
static std::wstring occupied; // bind to this path fails while its file is there

template <typename F> static F *real (const char *name_)
{
    static const HMODULE winsock = LoadLibraryA ("ws2_32.dll");
    return reinterpret_cast<F *> (reinterpret_cast<void *> (GetProcAddress (winsock, name_)));
}

static int fail (int error_)
{
    WSASetLastError (error_);
    return SOCKET_ERROR;
}

static SOCKET WSAAPI
fake_socket (int domain_, int type_, int protocol_, void *info_, GROUP group_, DWORD flags_)
{
    const bool is_unix = domain_ == AF_UNIX;
    const SOCKET s = real<decltype (fake_socket)> ("WSASocketW") (is_unix ? AF_INET : domain_, type_, protocol_,
                                                                  info_, group_, flags_);
    if (is_unix)
        unix_sockets.insert (s);
    else
        unix_sockets.erase (s);
    return s;
}

static int WSAAPI fake_bind (SOCKET s_, const sockaddr *address_, int length_)
{
    sockaddr_in loopback = {};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    if (unix_sockets.count (s_)) {
        wchar_t path[MAX_PATH] = L"";
        MultiByteToWideChar (CP_UTF8, 0, address_->sa_data, -1, path, MAX_PATH);
        if (occupied == path && GetFileAttributesW (path) != INVALID_FILE_ATTRIBUTES)
            return fail (WSAEADDRINUSE);
        address_ = reinterpret_cast<const sockaddr *> (&loopback);
        length_ = sizeof loopback;
    }
    return real<decltype (fake_bind)> ("bind") (s_, address_, length_);
}

static int WSAAPI fake_connect (SOCKET s_, const sockaddr *address_, int length_)
{
    if (unix_sockets.count (s_) && connect_error) {
        // What is under way ends some time, here with a connection whose result is then told otherwise.
        if (connect_error == WSAEWOULDBLOCK)
            real<decltype (fake_connect)> ("connect") (s_, reinterpret_cast<sockaddr *> (&helper), sizeof helper);
        return fail (connect_error);
    }
    return real<decltype (fake_connect)> ("connect") (s_, address_, length_);
}

static int WSAAPI fake_getsockopt (SOCKET s_, int level_, int name_, char *value_, int *length_)
{
    if (unix_sockets.count (s_) && name_ == SO_ERROR && pending_error) {
        memcpy (value_, &pending_error, sizeof pending_error);
        return 0;
    }
    return real<decltype (fake_getsockopt)> ("getsockopt") (s_, level_, name_, value_, length_);
}

// MinGW declares this one as not imported.
extern "C" int WSAAPI WSAPoll (WSAPOLLFD *items_, ULONG count_, INT timeout_)
{
    if (poll_failures > 0) {
        poll_failures--;
        return fail (poll_error);
    }
    return real<decltype (WSAPoll)> ("WSAPoll") (items_, count_, timeout_);
}

// What the linker would otherwise take from the import library.
extern "C" {
decltype (&fake_socket) __imp_WSASocketA = fake_socket;
decltype (&fake_socket) __imp_WSASocketW = fake_socket;
decltype (&fake_bind) __imp_bind = fake_bind;
decltype (&fake_connect) __imp_connect = fake_connect;
decltype (&fake_getsockopt) __imp_getsockopt = fake_getsockopt;
}

#define CHECK(x)                                                                                                   \
    do {                                                                                                           \
        if (!(x)) {                                                                                                \
            fprintf (stderr, "line %d: %s (errno %d)\n", __LINE__, #x, zmq_errno ());                              \
            return 1;                                                                                              \
        }                                                                                                          \
    } while (false)

static int passes_a_message (void *ctx_)
{
    void *in = zmq_socket (ctx_, ZMQ_PULL);
    CHECK (in);
    void *out = zmq_socket (ctx_, ZMQ_PUSH);
    CHECK (out);
    char address[256];
    size_t length = sizeof address;
    CHECK (zmq_bind (in, "tcp://127.0.0.1:*") == 0);
    CHECK (zmq_getsockopt (in, ZMQ_LAST_ENDPOINT, address, &length) == 0);
    CHECK (zmq_connect (out, address) == 0);
    CHECK (zmq_send (out, "here", 4, 0) == 4);
    CHECK (zmq_recv (in, address, sizeof address, 0) == 4);
    CHECK (zmq_close (in) == 0 && zmq_close (out) == 0);
    return 0;
}

// 0013: bind works, connect does not (seen with non-ASCII user names): the signaler takes TCP.
static int signaler ()
{
    connect_error = WSAEINVAL;
    void *ctx = zmq_ctx_new ();
    CHECK (ctx);
    CHECK (passes_a_message (ctx) == 0);
    return zmq_ctx_term (ctx);
}

// 0013: the file that the last run left is removed though its name is not ASCII.
static int stale_file ()
{
    wchar_t folder[MAX_PATH];
    CHECK (GetTempPathW (MAX_PATH, folder) > 0);
    occupied = std::wstring (folder) + L"\x0441\x043e\x043a\x0435\x0442";
    const HANDLE file = CreateFileW (occupied.c_str (), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK (file != INVALID_HANDLE_VALUE);
    CloseHandle (file);
    char address[MAX_PATH * 3] = "ipc://";
    CHECK (WideCharToMultiByte (CP_UTF8, 0, occupied.c_str (), -1, address + 6, sizeof address - 6, NULL, NULL) > 0);
    void *ctx = zmq_ctx_new ();
    void *socket = zmq_socket (ctx, ZMQ_PULL);
    CHECK (socket);
    CHECK (zmq_bind (socket, address) == 0);
    CHECK (zmq_close (socket) == 0);
    return zmq_ctx_term (ctx);
}

// 0013: the reason why an ipc address cannot be bound reaches the caller.
static int bind_reason ()
{
    wchar_t folder[MAX_PATH];
    CHECK (GetTempPathW (MAX_PATH, folder) > 0);
    // A folder cannot be removed as a file, so it stays in the way.
    occupied = std::wstring (folder) + L"in-the-way";
    CreateDirectoryW (occupied.c_str (), NULL);
    char address[MAX_PATH * 3] = "ipc://";
    CHECK (WideCharToMultiByte (CP_UTF8, 0, occupied.c_str (), -1, address + 6, sizeof address - 6, NULL, NULL) > 0);
    void *ctx = zmq_ctx_new ();
    void *socket = zmq_socket (ctx, ZMQ_PULL);
    CHECK (socket);
    errno = 0;
    CHECK (zmq_bind (socket, address) == -1 && zmq_errno () == EADDRINUSE);
    CHECK (zmq_close (socket) == 0);
    RemoveDirectoryW (occupied.c_str ());
    return zmq_ctx_term (ctx);
}

static SOCKET socket_of_tcp ()
{
    helper.sin_family = AF_INET;
    helper.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    return fake_socket (AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
}

// 0010: an ipc connection that is refused is tried again.
static int ipc_refused ()
{
    void *ctx = zmq_ctx_new ();
    void *socket = zmq_socket (ctx, ZMQ_PUSH);
    CHECK (socket);
    const SOCKET listener = socket_of_tcp ();
    int length = sizeof helper;
    CHECK (fake_bind (listener, reinterpret_cast<sockaddr *> (&helper), length) == 0);
    CHECK (listen (listener, 5) == 0);
    CHECK (getsockname (listener, reinterpret_cast<sockaddr *> (&helper), &length) == 0);
    connect_error = WSAEWOULDBLOCK;
    pending_error = WSAECONNREFUSED;
    CHECK (zmq_connect (socket, "ipc://c:/nobody") == 0);
    Sleep (500);
    const int linger = 0;
    CHECK (zmq_setsockopt (socket, ZMQ_LINGER, &linger, sizeof linger) == 0);
    CHECK (zmq_close (socket) == 0);
    return zmq_ctx_term (ctx);
}

// 0014: a failing WSAPoll is an error of the call.
static int poll_fails ()
{
    void *ctx = zmq_ctx_new ();
    void *socket = zmq_socket (ctx, ZMQ_PULL);
    CHECK (socket);
    CHECK (zmq_bind (socket, "tcp://127.0.0.1:*") == 0);
    zmq_pollitem_t item = {socket, 0, ZMQ_POLLIN, 0};
    poll_failures = 1;
    poll_error = WSAENOBUFS;
    CHECK (zmq_poll (&item, 1, 10) == -1 && zmq_errno () == EINTR);
    poll_failures = 1;
    poll_error = WSAENOTSOCK;
    CHECK (zmq_poll (&item, 1, 10) == -1 && zmq_errno () == ENOTSOCK);
    // In a receive that waits.
    const int wait = 100;
    char buffer[8];
    CHECK (zmq_setsockopt (socket, ZMQ_RCVTIMEO, &wait, sizeof wait) == 0);
    poll_failures = 1;
    poll_error = WSAENOBUFS;
    CHECK (zmq_recv (socket, buffer, sizeof buffer, 0) == -1 && zmq_errno () == EINTR);
    CHECK (zmq_recv (socket, buffer, sizeof buffer, 0) == -1 && zmq_errno () == EAGAIN);
    CHECK (zmq_close (socket) == 0);
    return zmq_ctx_term (ctx);
}

// wepoll.h
extern "C" {
struct epoll_event
{
    uint32_t events;
    uint64_t data;
};
void *epoll_create1 (int flags_);
int epoll_close (void *set_);
int epoll_ctl (void *set_, int operation_, SOCKET socket_, epoll_event *event_);
int epoll_wait (void *set_, epoll_event *events_, int most_, int milliseconds_);
}

static DWORD WINAPI sleep_on (void *set_)
{
    epoll_event event;
    epoll_wait (set_, &event, 1, 20);
    return 0;
}

// 0057: a set that is closed while another thread sleeps on it leaves memory alone.
static int closed_sets ()
{
    const int input = 1, add = 1, sockets = 16;
    WSADATA data;
    CHECK (WSAStartup (MAKEWORD (2, 2), &data) == 0);
    sockaddr_in loopback = {};
    loopback.sin_family = AF_INET;
    loopback.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
    SOCKET quiet[sockets];
    for (SOCKET &socket : quiet) {
        socket = ::socket (AF_INET, SOCK_DGRAM, 0);
        CHECK (fake_bind (socket, reinterpret_cast<sockaddr *> (&loopback), sizeof loopback) == 0);
    }
    for (int round = 0; round < 100; round++) {
        void *set = epoll_create1 (0);
        CHECK (set);
        for (const SOCKET socket : quiet) {
            epoll_event event = {input, 1};
            CHECK (epoll_ctl (set, add, socket, &event) == 0);
        }
        const HANDLE sleeper = CreateThread (NULL, 0, sleep_on, set, 0, NULL);
        CHECK (sleeper);
        Sleep (5);
        CHECK (epoll_close (set) == 0);
        // What was freed is somebody else's now.
        std::vector<std::string> blocks;
        for (size_t size = 64; size <= 512; size += 8)
            blocks.insert (blocks.end (), sockets, std::string (size, 'x'));
        CHECK (WaitForSingleObject (sleeper, 10000) == WAIT_OBJECT_0);
        CloseHandle (sleeper);
        Sleep (5);
        for (const std::string &block : blocks)
            CHECK (block.find_first_not_of ('x') == std::string::npos);
    }
    return 0;
}

int main (int, char **argv_)
{
    const struct
    {
        const char *name;
        int (*run) ();
    } cases[] = {{"signaler", signaler},       {"stale_file", stale_file}, {"bind_reason", bind_reason},
                 {"ipc_refused", ipc_refused}, {"poll_fails", poll_fails},
                 {"closed_sets", closed_sets}};
    for (const auto &test : cases)
        if (argv_[1] && strcmp (argv_[1], test.name) == 0) {
            const int rc = test.run ();
            printf ("%s: %s\n", test.name, rc == 0 ? "ok" : "failed");
            return rc == 0 ? 0 : 1;
        }
    fprintf (stderr, "no such case\n");
    return 2;
}
