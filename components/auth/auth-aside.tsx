import { ArchiveRestore, LockKeyhole, type LucideIcon, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";

const PROMISES: readonly { key: "checked" | "restorable" | "private"; icon: LucideIcon }[] = [
  { key: "checked", icon: ShieldCheck },
  { key: "restorable", icon: ArchiveRestore },
  { key: "private", icon: LockKeyhole },
];

/** What the product stands for, beside the first form a person ever sees of it. */
export function AuthAside() {
  const t = useTranslations("auth.aside");
  return (
    <div className="grid max-w-100 gap-8">
      <p className="text-balance font-semibold text-3xl">{t("title")}</p>
      <ul className="grid gap-5">
        {PROMISES.map(({ key, icon: Icon }) => (
          <li key={key} className="grid grid-cols-[auto_1fr] gap-x-3.5">
            <span
              aria-hidden="true"
              className="flex size-8 items-center justify-center rounded-md border bg-card text-primary-ink"
            >
              <Icon className="size-4" />
            </span>
            <div className="grid gap-0.5">
              <p className="font-medium">{t(key)}</p>
              <p className="text-pretty text-muted-foreground text-sm">{t(`${key}Text`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
