// Сервер для объекта ZeroMQ.Req из 1С: складывает числа, присланные в JSON.
// A server for the object ZeroMQ.Req of 1C: adds up numbers that come as JSON.
//
//     npm install
//     node reply_server.js tcp://127.0.0.1:5555
const zmq = require("zeromq");

async function main() {
  const socket = new zmq.Reply({ linger: 5000 });
  await socket.bind(process.argv[2]);
  console.log("bound", socket.lastEndpoint);
  for await (const [data] of socket) {
    let reply;
    let stop = false;
    try {
      const request = JSON.parse(data.toString());
      stop = request["Операция"] === "Стоп";
      reply = stop ? {} : { Результат: request["Числа"].reduce((sum, number) => sum + number, 0) };
    } catch (error) {
      // Ответить нужно всегда, иначе клиент будет ждать. A client waits for an answer, so there is always one.
      reply = { Ошибка: error.message };
    }
    await socket.send(JSON.stringify(reply));
    if (stop) break;
  }
  socket.close();
}

main();
