export type X509 = typeof import("@peculiar/x509");

let loading: Promise<X509> | undefined;

/** A tenth of a second of work, which only those pay who speak HTTPS. */
export function loadX509(): Promise<X509> {
  loading ??= withReflection(() => import("@peculiar/x509"));
  return loading;
}

/**
 * The container inside x509 refuses to load where nothing knows decorator metadata. Its own classes have none, so for
 * as long as it loads it is lent a Reflect that finds none; a real polyfill, where an app's tests bring one, is left alone.
 */
async function withReflection<T>(load: () => Promise<T>): Promise<T> {
  if ("getMetadata" in Reflect) return load();
  const lent = { getMetadata: nothing, getOwnMetadata: nothing, defineMetadata: nothing };
  for (const [name, value] of Object.entries(lent))
    Object.defineProperty(Reflect, name, { value, configurable: true });
  try {
    return await load();
  } finally {
    for (const name of Object.keys(lent)) Reflect.deleteProperty(Reflect, name);
  }
}

function nothing(): undefined {
  return undefined;
}
