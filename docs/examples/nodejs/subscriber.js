// Подписчик для объекта ZeroMQ.Pub из 1С: печатает сообщения, тема которых начинается так, как сказано.
// A subscriber for the object ZeroMQ.Pub of 1C: prints the messages whose topic begins as told.
//
//     node subscriber.js tcp://127.0.0.1:5556 курсы
const zmq = require("zeromq");

async function main() {
  const socket = new zmq.Subscriber();
  socket.subscribe(process.argv[3]);
  socket.connect(process.argv[2]);
  for await (const [topic, text] of socket) {
    console.log(topic.toString(), text.toString());
    if (text.toString() === "stop") break;
  }
  socket.close();
}

main();
