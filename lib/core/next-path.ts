const BASE = "http://here.invalid";

/** Where to go after signing in: only a page of this very site, else the overview. */
export function nextPath(value: string | string[] | undefined | null): string {
  const text = Array.isArray(value) ? value[0] : value;
  if (!text || !/^\/(?![/\\])/.test(text) || /\p{Cc}/u.test(text)) return "/";
  const url = URL.parse(text, BASE);
  if (!url || url.origin !== BASE || /^\/(login|setup|api)(\/|$)/.test(url.pathname)) return "/";
  return `${url.pathname}${url.search}`;
}
