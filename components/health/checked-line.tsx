import { useLocale, useTranslations } from "next-intl";
import { Time } from "#components/ui/time";
import { formatInterval } from "#lib/core/format";

type CheckedLineProps = {
  /** Of the last check; null before the first. */
  at: Date | null;
  everyMs: number;
  /** What is switched off is not checked. */
  enabled?: boolean;
};

/** "Checked 2 min ago · every 5 min" */
export function CheckedLine({ at, everyMs, enabled = true }: CheckedLineProps) {
  const t = useTranslations("health");
  const locale = useLocale();
  return (
    <span>
      {at ? t.rich("checked", { time: () => <Time value={at} /> }) : t("never")}
      {" · "}
      {enabled ? t("every", { time: formatInterval(everyMs, locale) }) : t("paused")}
    </span>
  );
}
