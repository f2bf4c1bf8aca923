import type { ConfigVars } from "../release/config-vars.ts";
import type { PageUrls } from "../router/error-page.ts";

/** Config vars that put a page of the app's own into the router's. heroku.md 3.10 */
const NAMES = { error: "ERROR_PAGE_URL", maintenance: "MAINTENANCE_PAGE_URL" } as const;

/**
 * What the app's config vars say of pages now. They are read anew when they have changed; one that names no web page is
 * told of, once for each time that it is set, and ours is shown.
 */
export class PageUrlVars {
  readonly #configVars: () => ConfigVars;
  readonly #onNotice: (line: string) => void;
  #read: ConfigVars | undefined;
  #told: ConfigVars = {};
  #urls: PageUrls = { error: undefined, maintenance: undefined };

  constructor(configVars: () => ConfigVars, onNotice: (line: string) => void) {
    this.#configVars = configVars;
    this.#onNotice = onNotice;
  }

  readonly read = (): PageUrls => {
    const now = this.#configVars();
    if (now !== this.#read) {
      this.#read = now;
      this.#urls = { error: this.#url(NAMES.error, now), maintenance: this.#url(NAMES.maintenance, now) };
      this.#told = now;
    }
    return this.#urls;
  };

  #url(name: string, now: ConfigVars): string | undefined {
    const value = now[name];
    if (value === undefined || value === "") return undefined;
    const url = webUrl(value);
    if (url === undefined && this.#told[name] !== value)
      this.#onNotice(
        `${name} is no http or https URL, so the router shows dynosim's own page: ${JSON.stringify(value)}`,
      );
    return url;
  }
}

/** Also `//host/page.html`, which takes the scheme of the page around it: Heroku's own frames are written so. heroku.md 3.10 */
function webUrl(value: string): string | undefined {
  const text = value.trim();
  const isRelative = text.startsWith("//");
  const url = URL.parse(isRelative ? `https:${text}` : text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) return undefined;
  return isRelative ? url.href.slice("https:".length) : url.href;
}
