import { engineContract } from "./engine-contract.ts";
import { openFakeStage } from "./fake-stage.ts";

engineContract("fake", openFakeStage);
