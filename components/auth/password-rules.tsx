import { Check, Circle } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "#components/ui/cn";

export function passwordFits(password: string, username: string): boolean {
  return rulesOf(password, username).every((rule) => rule.met);
}

function rulesOf(password: string, username: string) {
  const differs = password.toLowerCase() !== username.trim().toLowerCase();
  return [
    { key: "length", met: password.length >= 8 && password.length <= 128 },
    { key: "notName", met: password !== "" && differs },
  ] as const;
}

/** The rules from the beginning; each gets its tick as soon as it is met. */
export function PasswordRules({ password, username }: { password: string; username: string }) {
  const t = useTranslations("auth.rules");
  return (
    <ul aria-label={t("title")} className="grid gap-1 text-muted-foreground text-xs">
      {rulesOf(password, username).map(({ key, met }) => (
        <li key={key} className={cn("flex items-center gap-1.5", met && "text-success-ink")}>
          {met ? (
            <Check aria-hidden="true" strokeWidth={2.5} className="size-3.5" />
          ) : (
            <Circle aria-hidden="true" className="size-3.5 scale-75 text-faint" />
          )}
          {t(key)}
        </li>
      ))}
      <li className="pl-5 text-pretty">{t("long")}</li>
    </ul>
  );
}
