import dayjs from "dayjs";
import relativeTime from "dayjs/plugin/relativeTime.js";
import "./style.css";

dayjs.extend(relativeTime);
const time = document.querySelector("time");
setInterval(() => (time.textContent = dayjs(time.dateTime).fromNow()), 1000);
