# round-trip|throughput ENDPOINT SIZE PARTS TIMES RUNS: prints the median, ns for each message.
import platform, signal, statistics, sys, threading, time, zmq

signal.alarm(300)
if sys.argv[1] == "versions":
    print(f"Python {platform.python_version()}, pyzmq {zmq.__version__}, libzmq {zmq.zmq_version()}")
    sys.exit()
round_trip, endpoint = sys.argv[1] == "round-trip", sys.argv[2]
size, parts, times, runs = map(int, sys.argv[3:])
message = [b"Z" * size] * parts
context = zmq.Context()
there, here = map(context.socket, (zmq.REP, zmq.REQ) if round_trip else (zmq.PUSH, zmq.PULL))
here.bind(endpoint)
there.connect(here.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"))


def other():
    for _ in range(times * (runs + 1)):
        if round_trip:
            there.send_multipart(there.recv_multipart())
        else:
            there.send_multipart(message)


threading.Thread(target=other, daemon=True).start()
took = []
for _ in range(runs + 1):
    start = time.perf_counter_ns()
    for _ in range(times):
        if round_trip:
            here.send_multipart(message)
        here.recv_multipart()
    took.append((time.perf_counter_ns() - start) / times)
print(statistics.median(took[1:]))
