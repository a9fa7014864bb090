//  Calls of ours into libzmq, compiled as a part of it: what a message costs on its way between a host's memory and a
//  socket, in as few instructions as it takes. Beside each stands which calls of zmq.h do the same, only dearer.
//
//  With ADDIN_ZEROMQ_ONE_UNIT the files that a message passes through are compiled with them as one unit, so that the
//  compiler sees through all of it; glue.cmake leaves those files out then.

#define ZMQ_TYPE_UNSAFE

#ifdef ADDIN_ZEROMQ_ONE_UNIT
#include "zmq.cpp"

#include "clock.cpp"
#include "dealer.cpp"
#include "dist.cpp"
#include "fq.cpp"
#include "lb.cpp"
#include "mailbox.cpp"
#include "msg.cpp"
#include "object.cpp"
#include "pair.cpp"
#include "pipe.cpp"
#include "pub.cpp"
#include "pull.cpp"
#include "push.cpp"
#include "rep.cpp"
#include "req.cpp"
#include "router.cpp"
#include "signaler.cpp"
#include "socket_base.cpp"
#include "sub.cpp"
#include "xpub.cpp"
#include "xsub.cpp"
#else
#include "precompiled.hpp"
#include "err.hpp"
#include "likely.hpp"
#include "msg.hpp"
#include "socket_base.hpp"
#endif

#include <string.h>

//  All that it calls is to become a part of it, where the compiler can; and what stays a function of its own.
#ifdef __GNUC__
#define ADDIN_ZEROMQ_FLAT __attribute__ ((flatten))
#define ADDIN_ZEROMQ_APART __attribute__ ((noinline))
#else
#define ADDIN_ZEROMQ_FLAT
#define ADDIN_ZEROMQ_APART
#endif

static zmq::socket_base_t *addin_socket (void *socket_)
{
    zmq::socket_base_t *const socket =
      static_cast<zmq::socket_base_t *> (socket_);
    if (unlikely (!socket || !socket->check_tag ())) {
        errno = ENOTSOCK;
        return NULL;
    }
    return socket;
}

//  A socket of many threads, which libzmq makes as drafts alone: not on the short way.
ADDIN_ZEROMQ_APART static int
addin_send_shared (zmq::socket_base_t *socket_, zmq::msg_t *msg_, int flags_)
{
    return socket_->send (msg_, flags_);
}

ADDIN_ZEROMQ_APART static int
addin_recv_shared (zmq::socket_base_t *socket_, zmq::msg_t *msg_)
{
    return socket_->recv (msg_, ZMQ_DONTWAIT);
}

//  A message of these bytes, whatever it was; empty where -1 tells of ENOMEM.
static inline int addin_fill (zmq::msg_t *msg_, const void *data_, size_t size_)
{
    if (unlikely (msg_->init_size (size_) != 0)) {
        msg_->init ();
        errno = ENOMEM;
        return -1;
    }
    if (size_) {
        memcpy (msg_->data (), data_, size_);
    }
    return 0;
}

//  zmq_msg_init_size, memcpy and zmq_msg_send with ZMQ_DONTWAIT. `msg_` is written over, whatever it was; it is empty
//  afterwards unless an error other than ENOMEM is told by -1: then it is the message, for zmq_msg_send to try again or
//  zmq_msg_close.
extern "C" ADDIN_ZEROMQ_FLAT int addin_zmq_send (
  void *socket_, zmq_msg_t *msg_, const void *data_, size_t size_, int flags_)
{
    zmq::msg_t *const msg = reinterpret_cast<zmq::msg_t *> (msg_);
    if (unlikely (!msg || (!data_ && size_))) {
        errno = EFAULT;
        return -1;
    }
    if (unlikely (addin_fill (msg, data_, size_) != 0)) {
        return -1;
    }
    zmq::socket_base_t *const socket = addin_socket (socket_);
    if (unlikely (!socket)) {
        return -1;
    }
    const int flags = flags_ | ZMQ_DONTWAIT;
    return unlikely (socket->is_thread_safe ())
             ? addin_send_shared (socket, msg, flags)
             : socket->send (msg, flags);
}

//  zmq_msg_init, zmq_msg_recv with ZMQ_DONTWAIT, zmq_msg_data, zmq_msg_size and zmq_msg_more: -1, or the sum of 1 where parts
//  follow and 2 where `msg_` must be closed; without the 2 it may be. `msg_` is written over, whatever it was; the content is
//  its own.
extern "C" ADDIN_ZEROMQ_FLAT int addin_zmq_recv (
  void *socket_, zmq_msg_t *msg_, const void **data_, size_t *size_)
{
    zmq::socket_base_t *const socket = addin_socket (socket_);
    zmq::msg_t *const msg = reinterpret_cast<zmq::msg_t *> (msg_);
    if (unlikely (!msg)) {
        errno = EFAULT;
        return -1;
    }
    msg->init ();
    if (unlikely (!socket)) {
        return -1;
    }
    const int rc = unlikely (socket->is_thread_safe ())
                     ? addin_recv_shared (socket, msg)
                     : socket->recv (msg, ZMQ_DONTWAIT);
    if (unlikely (rc != 0)) {
        return -1;
    }
    const int more = (msg->flags () & zmq::msg_t::more) != 0;
#ifdef ZMQ_HAVE_PLAIN_MSG
    if (likely (msg->is_plain ())) {
        //  Both before either is written: what is written could be a part of the message, for all that the compiler knows.
        const void *const data = msg->data ();
        const size_t size = msg->size ();
        *data_ = data;
        *size_ = size;
        return more;
    }
#endif
    *data_ = msg->data ();
    *size_ = msg->size ();
    return more | 2;
}

//  zmq_msg_copy and zmq_msg_send with ZMQ_DONTWAIT of each of `count_` messages, which are one message of so many parts and
//  stay as they are: how many were taken. Where that is not all, errno tells why not the next; never EINTR.
extern "C" ADDIN_ZEROMQ_FLAT size_t addin_zmq_send_copies (void *socket_,
                                                           zmq_msg_t *msgs_,
                                                           size_t count_)
{
    zmq::msg_t *const msgs = reinterpret_cast<zmq::msg_t *> (msgs_);
    zmq::socket_base_t *const socket = addin_socket (socket_);
    if (unlikely (!socket)) {
        return 0;
    }
    for (size_t i = 0; i != count_; ++i) {
        const int flags = i + 1 == count_ ? ZMQ_DONTWAIT : ZMQ_DONTWAIT | ZMQ_SNDMORE;
        zmq::msg_t copy;
        copy.init ();
        errno_assert (copy.copy (msgs[i]) == 0);
        int rc;
        do {
            rc = unlikely (socket->is_thread_safe ())
                   ? addin_send_shared (socket, &copy, flags)
                   : socket->send (&copy, flags);
        } while (unlikely (rc != 0) && errno == EINTR);
        //  What is sent leaves an empty message, which needs no close.
        if (unlikely (rc != 0)) {
            const int error = errno;
            copy.close ();
            errno = error;
            return i;
        }
    }
    return count_;
}

//  zmq_msg_init_size and memcpy. `msg_` is written over, whatever it was; it is empty where -1 tells of ENOMEM.
extern "C" ADDIN_ZEROMQ_FLAT int
addin_zmq_fill (zmq_msg_t *msg_, const void *data_, size_t size_)
{
    return addin_fill (reinterpret_cast<zmq::msg_t *> (msg_), data_, size_);
}

//  zmq_msg_data and zmq_msg_size of a message that is known to be one.
extern "C" ADDIN_ZEROMQ_FLAT const void *addin_zmq_content (zmq_msg_t *msg_,
                                                            size_t *size_)
{
    zmq::msg_t *const msg = reinterpret_cast<zmq::msg_t *> (msg_);
    const void *data;
    if (likely (msg->is_vsm () || msg->is_lmsg ())) {
        data = msg->data ();
        *size_ = msg->size ();
    } else {
        data = msg->data ();
        *size_ = msg->size ();
    }
    return data;
}

//  zmq_msg_close of a message that is known to be one.
extern "C" void addin_zmq_close (zmq_msg_t *msg_)
{
    reinterpret_cast<zmq::msg_t *> (msg_)->close ();
}

//  While it is corked, what is sent wakes none of those who sleep at the other end: they are woken by the next call of this,
//  whatever it says, and before any wait for this socket. Nothing that zmq.h has.
extern "C" void addin_zmq_cork (void *socket_, int corked_)
{
#ifdef ZMQ_HAVE_CORK
    zmq::socket_base_t *const socket = addin_socket (socket_);
    if (likely (socket != NULL)) {
        socket->cork (corked_ != 0);
    }
#else
    //  libzmq without patch 0055: each is woken at once.
    (void) socket_;
    (void) corked_;
#endif
}

//  zmq_poll for one socket: 1 when it is ready for one of the events, 0 when the time is over.
extern "C" int addin_zmq_wait (void *socket_, short events_, int timeout_)
{
    zmq::socket_base_t *const socket = addin_socket (socket_);
    if (unlikely (!socket)) {
        return -1;
    }
#ifdef ZMQ_HAVE_SOCKET_WAIT
    return socket->wait (events_, timeout_);
#else
    //  libzmq without patch 0042.
    zmq_pollitem_t item = {socket_, 0, events_, 0};
    return zmq_poll (&item, 1, timeout_);
#endif
}

//  From now on the function hears of handshakes and disconnects of every socket. 0 where libzmq is without patch 0060.
extern "C" int addin_zmq_set_witness (void (*witness_) (
  const void *, int, int, const char *, const char *))
{
#ifdef ZMQ_HAVE_WITNESS
    zmq::socket_base_t::set_witness (witness_);
    return 1;
#else
    (void) witness_;
    return 0;
#endif
}

//  zmq_socket_monitor_versioned, which without drafts has no name that C finds: reports of the second version, on a PAIR.
extern "C" int addin_zmq_monitor (void *socket_, const char *address_, uint64_t events_)
{
    zmq::socket_base_t *const socket = addin_socket (socket_);
    return unlikely (!socket) ? -1 : socket->monitor (address_, events_, 2, ZMQ_PAIR);
}
