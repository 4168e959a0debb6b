"use client";

import { useRouter } from "next/navigation";
import { useTimeZone } from "next-intl";
import { useEffect } from "react";
import { setPreference } from "#components/shell/cookie";
import { TIME_ZONE_COOKIE } from "#lib/core/locale";

/** Tells the server the browser's time zone once, so that dates come out right in the first answer. */
export function TimeZoneSync() {
  const known = useTimeZone();
  const router = useRouter();
  useEffect(() => {
    const actual = Intl.DateTimeFormat().resolvedOptions().timeZone;
    // The server may know a zone by another name, so what counts is whether it has been told.
    const told = document.cookie.includes(`${TIME_ZONE_COOKIE}=${encodeURIComponent(actual)}`);
    if (!actual || actual === known || told) return;
    setPreference(TIME_ZONE_COOKIE, actual);
    router.refresh();
  }, [known, router]);
  return null;
}
