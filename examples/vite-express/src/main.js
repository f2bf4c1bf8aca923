import "./style.css";

const { time } = await (await fetch("/api/time")).json();
document.querySelector("#time").textContent = `The server's time is ${time}.`;
