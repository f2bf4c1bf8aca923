import type { Result } from "../../kernel/result.ts";
import type { World } from "../world.ts";

/** `Restarting all dynos on ⬢ app... done`, on standard error, as Heroku's client shows what it does. heroku.md 9 */
export async function action<T, F>(
  world: World,
  words: string,
  work: () => Promise<Result<T, F>>,
  ending: (value: T) => string = () => "done",
): Promise<Result<T, F>> {
  world.stderr.write(`${words}...`);
  const result = await work();
  world.stderr.write(result.ok ? ` ${ending(result.value)}\n` : " !\n");
  return result;
}
