// What is timed and counted: the same loops over the component, through its tables, and over libzmq's own functions.
// A blob of the host's goes in, a blob in the host's memory comes out, on both sides.
#include "native_api.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

namespace {

struct Blob {
    char *data;
    unsigned size;
};

// A host's memory as lean as can be.
class Lean : public IMemoryManager {
public:
    bool ADDIN_API AllocMemory(void **memory, unsigned long bytes) override { return (*memory = malloc(bytes)) != 0; }
    void ADDIN_API FreeMemory(void **memory) override {
        free(*memory);
        *memory = 0;
    }
    static void operator delete(void *) {}
} lean;

// The loops are one function each: what is counted is the libraries' work.
#define INLINE inline __attribute__((always_inline))

// zmq_msg_t of zmq.h.
struct alignas(void *) Message {
    unsigned char bytes[64];
};
const int SNDMORE = 2;

// libzmq's functions in the order in which glue.rs finds them.
struct Libzmq {
    int (*send)(void *socket, const void *data, host_size size, int flags);
    int (*msg_init)(Message *);
    int (*msg_recv)(Message *, void *socket, int flags);
    void *(*msg_data)(Message *);
    host_size (*msg_size)(const Message *);
    int (*msg_more)(const Message *);
    int (*msg_close)(Message *);
};

// A socket of either side.
struct End {
    void *socket;         // the component's object, or libzmq's socket
    const Libzmq *libzmq; // null for the component
    IMemoryManager *memory;
    // The component's numbers of members.
    long send, send_part, recv, recv_multipart, get_part, drop_parts, last_error;
    long send_text, recv_text, send_batch, recv_batch;
};

// The compiler must believe that the host reads the blob: it would drop the copy.
INLINE void read_by_host(Blob blob) { asm volatile("" : : "r"(blob.data) : "memory"); }

INLINE void free_by_host(const End &end, Blob blob) {
    void *memory = blob.data;
    end.memory->FreeMemory(&memory);
}

struct Component {
    static INLINE ILanguageExtenderBase *of(const End &end) { return static_cast<IComponentBase *>(end.socket); }

    static INLINE bool send(const End &end, Blob blob, bool more) {
        tVariant data, sent;
        data.vt = 23;
        data.pstrVal = blob.data;
        data.strLen = blob.size;
        if (more) return of(end)->CallAsProc(end.send_part, &data, 1);
        sent.vt = 0;
        return of(end)->CallAsFunc(end.send, &sent, &data, 1) && sent.bVal;
    }

    static INLINE bool recv(const End &end, Blob *blob) {
        tVariant data;
        data.vt = 0;
        if (!of(end)->CallAsFunc(end.recv, &data, 0, 0) || data.vt != 23) return false;
        *blob = {data.pstrVal, data.strLen};
        return true;
    }

    static INLINE bool recv_parts(const End &end) {
        tVariant count, number, data;
        count.vt = 0;
        if (!of(end)->CallAsFunc(end.recv_multipart, &count, 0, 0)) return false;
        for (int part = 0; part < count.lVal; part++) {
            number.vt = 3;
            number.lVal = part;
            data.vt = 0;
            if (!of(end)->CallAsFunc(end.get_part, &data, &number, 1)) return false;
            read_by_host({data.pstrVal, data.strLen});
            free_by_host(end, {data.pstrVal, data.strLen});
        }
        return true;
    }
};

struct Raw {
    static INLINE bool send(const End &end, Blob blob, bool more) {
        return end.libzmq->send(end.socket, blob.data, blob.size, more ? SNDMORE : 0) >= 0;
    }

    static INLINE bool take(const End &end, Message *message, Blob *blob) {
        const Libzmq &zmq = *end.libzmq;
        void *memory = 0;
        blob->size = (unsigned)zmq.msg_size(message);
        if (!end.memory->AllocMemory(&memory, blob->size)) return false;
        blob->data = static_cast<char *>(memory);
        memcpy(blob->data, zmq.msg_data(message), blob->size);
        read_by_host(*blob);
        return true;
    }

    static INLINE bool recv(const End &end, Blob *blob) {
        const Libzmq &zmq = *end.libzmq;
        Message message;
        zmq.msg_init(&message);
        bool done = zmq.msg_recv(&message, end.socket, 0) >= 0 && take(end, &message, blob);
        zmq.msg_close(&message);
        return done;
    }

    static INLINE bool recv_parts(const End &end) {
        const Libzmq &zmq = *end.libzmq;
        Message message;
        zmq.msg_init(&message);
        bool done, more = false;
        do {
            Blob blob;
            done = zmq.msg_recv(&message, end.socket, 0) >= 0 && take(end, &message, &blob);
            if (done) {
                more = zmq.msg_more(&message);
                free_by_host(end, blob);
            }
        } while (done && more);
        zmq.msg_close(&message);
        return done;
    }
};

template <class Side> INLINE bool send_parts(const End &end, Blob blob, unsigned parts) {
    for (; parts > 1; parts--)
        if (!Side::send(end, blob, true)) return false;
    return Side::send(end, blob, false);
}

template <class Side> INLINE bool recv_and_free(const End &end) {
    Blob blob;
    if (!Side::recv(end, &blob)) return false;
    read_by_host(blob);
    free_by_host(end, blob);
    return true;
}

template <class Side> INLINE bool recv_message(const End &end, unsigned parts) {
    return parts > 1 ? Side::recv_parts(end) : recv_and_free<Side>(end);
}

template <class Side> INLINE bool answer(const End &end) {
    Blob blob;
    if (!Side::recv(end, &blob)) return false;
    read_by_host(blob);
    bool sent = Side::send(end, blob, false);
    free_by_host(end, blob);
    return sent;
}

INLINE bool read_property(const End &end) {
    tVariant text;
    text.vt = 0;
    if (!Component::of(end)->GetPropVal(end.last_error, &text)) return false;
    free_by_host(end, {reinterpret_cast<char *>(text.pwstrVal), text.wstrLen});
    return true;
}

// What an interpreter takes for a call of its own.
INLINE void spend(unsigned long nanoseconds) {
    timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - start.tv_sec) * 1000000000L + (now.tv_nsec - start.tv_nsec) < (long)nanoseconds);
}

// Gives a text; what the component answers, negative where it failed.
INLINE long give_text(const End &end, long method, WCHAR_T *text, unsigned units) {
    tVariant data, answer;
    data.vt = 22;
    data.pwstrVal = text;
    data.wstrLen = units;
    answer.vt = 0;
    if (!Component::of(end)->CallAsFunc(method, &answer, &data, 1)) return -1;
    return answer.vt == 11 ? answer.bVal : answer.lVal;
}

// Takes a text; how often a letter stands in it, negative where there is none.
INLINE long take_text(const End &end, long method, tVariant *arguments, int count, WCHAR_T letter) {
    tVariant text;
    text.vt = 0;
    if (!Component::of(end)->CallAsFunc(method, &text, arguments, count) || text.vt != 22) return -1;
    long letters = 0;
    for (unsigned unit = 0; unit < text.wstrLen; unit++) letters += text.pwstrVal[unit] == letter;
    free_by_host(end, {reinterpret_cast<char *>(text.pwstrVal), text.wstrLen});
    return letters;
}

// In the order of glue.rs.
enum Loop { SEND, RECEIVE, ASK, ANSWER, PASS, EMPTY, PROPERTY };

template <class Side> unsigned long run(int loop, const End &from, const End &to, Blob blob, unsigned parts, unsigned long times) {
    unsigned long done = 0;
    switch (loop) {
    case SEND: while (done < times && send_parts<Side>(from, blob, parts)) done++; break;
    case RECEIVE: while (done < times && recv_message<Side>(to, parts)) done++; break;
    case ASK: while (done < times && Side::send(from, blob, false) && recv_and_free<Side>(from)) done++; break;
    case ANSWER: while (done < times && answer<Side>(to)) done++; break;
    case PASS: while (done < times && send_parts<Side>(from, blob, parts) && recv_message<Side>(to, parts)) done++; break;
    case EMPTY: while (done < times && Component::of(from)->CallAsProc(from.drop_parts, 0, 0)) done++; break;
    case PROPERTY: while (done < times && read_property(from)) done++; break;
    }
    return done;
}

} // namespace

extern "C" {
// Does one thing so many times; tells how often it succeeded before it failed. callgrind counts inside of this function.
__attribute__((noinline)) unsigned long
bench_loop(int loop, const End *from, const End *to, char *data, unsigned size, unsigned parts, unsigned long times) {
    Blob blob = {data, size};
    return from->libzmq ? run<Raw>(loop, *from, *to, blob, parts, times)
                        : run<Component>(loop, *from, *to, blob, parts, times);
}

// Sends `times` texts, a call each, or receives them; an interpreter takes `pause` ns for each call. How many it did.
unsigned long bench_texts(const End *end, bool sends, WCHAR_T *text, unsigned units, unsigned long times, unsigned long pause) {
    for (unsigned long done = 0; done < times; done++) {
        spend(pause);
        if ((sends ? give_text(*end, end->send_text, text, units) : take_text(*end, end->recv_text, 0, 0, 0)) < sends) return done;
    }
    return times;
}

// Sends `times` texts that JSON holds; how many calls it took, 0 where it failed.
unsigned long bench_send_batch(const End *end, WCHAR_T *json, unsigned units, unsigned long times, unsigned long pause) {
    spend(pause);
    return give_text(*end, end->send_batch, json, units) == (long)times;
}

// Receives `times` texts; each has two quotation marks in JSON.
unsigned long bench_receive_batch(const End *end, unsigned long times, unsigned long pause) {
    unsigned long calls = 0;
    for (unsigned long done = 0; done < times; calls++) {
        spend(pause);
        tVariant most;
        most.vt = 3;
        most.lVal = (int)times;
        long quotes = take_text(*end, end->recv_batch, &most, 1, u'"');
        if (quotes <= 0) return 0;
        done += quotes / 2;
    }
    return calls;
}

void *bench_memory() { return static_cast<IMemoryManager *>(&lean); }
bool bench_give_memory(void *object) { return static_cast<IComponentBase *>(object)->setMemManager(bench_memory()); }
}
