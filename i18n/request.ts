import { cookies, headers } from "next/headers";
import { getRequestConfig } from "next-intl/server";
import {
  isLocale,
  knownTimeZone,
  LOCALE_COOKIE,
  type Locale,
  negotiateLocale,
  TIME_ZONE_COOKIE,
} from "#lib/core/locale";

declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
  }
}

/** The locale is no part of the address: it comes from a cookie, else from the browser's wish. */
export default getRequestConfig(async ({ locale: asked }) => {
  const [jar, requestHeaders] = await Promise.all([cookies(), headers()]);
  const chosen = asked ?? jar.get(LOCALE_COOKIE)?.value;
  const locale = isLocale(chosen) ? chosen : negotiateLocale(requestHeaders.get("accept-language"));
  return {
    locale,
    messages: (await import(`../messages/${locale}.json`)).default,
    timeZone: knownTimeZone(jar.get(TIME_ZONE_COOKIE)?.value),
  };
});
