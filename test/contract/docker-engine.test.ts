import { engineContract } from "./engine-contract.ts";
import { openDockerStage } from "./docker-stage.ts";

engineContract("docker", () => openDockerStage());
