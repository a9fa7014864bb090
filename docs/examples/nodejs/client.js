// Клиент для объекта ZeroMQ.Rep из 1С: отправляет запрос, ждёт ответа, при тишине спрашивает заново.
// A client for the object ZeroMQ.Rep of 1C: sends a request, waits for the reply, asks again where there is silence.
//
//     node client.js tcp://127.0.0.1:5555 Привет
const zmq = require("zeromq");

async function main() {
  for (let attempt = 0; attempt < 3; attempt++) {
    // После молчания нужен новый сокет: Request не отправит второй запрос, не дождавшись ответа на первый.
    // Silence takes a new socket: a Request sends no second request before the reply to the first.
    const socket = new zmq.Request({ receiveTimeout: 5000, linger: 0 });
    socket.connect(process.argv[2]);
    try {
      await socket.send(process.argv[3]);
      const [reply] = await socket.receive();
      console.log(reply.toString());
      return;
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    } finally {
      socket.close();
    }
  }
  throw new Error("нет ответа");
}

main();
