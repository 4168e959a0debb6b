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
    if (!actual || actual === known) return;
    setPreference(TIME_ZONE_COOKIE, actual);
    router.refresh();
  }, [known, router]);
  return null;
}
