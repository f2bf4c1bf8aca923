import { engineContract } from "./engine-contract.ts";
import { openProcessStage } from "./process-stage.ts";

engineContract("process, not shut in", () => openProcessStage("none"));
engineContract("process, shut in", () => openProcessStage("best"));
