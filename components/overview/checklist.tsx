import { Check, ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button";
import { Card } from "#components/ui/card";
import { cn } from "#components/ui/cn";
import { Progress } from "#components/ui/progress";

export type Step = {
  key: "datasource" | "storage" | "job" | "run";
  done: boolean;
  href: string;
  /** May this person take it? */
  permitted: boolean;
};

/** From nothing to the first backup: what is done gets its tick, the next step its button. */
export function Checklist({ steps }: { steps: readonly Step[] }) {
  const t = useTranslations("overview.start");
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done)?.key;
  return (
    <Card className="max-w-2xl">
      <header className="grid gap-3 border-b px-5 py-4">
        <div className="flex items-baseline justify-between gap-4">
          <h2 className="font-semibold text-lg">{t("title")}</h2>
          <span className="shrink-0 text-muted-foreground text-xs tabular">
            {t("progress", { done, total: steps.length })}
          </span>
        </div>
        <Progress value={done / steps.length} label={t("title")} />
      </header>
      <ol className="divide-y">
        {steps.map((step, index) => (
          <StepLine key={step.key} step={step} number={index + 1} current={step.key === next} />
        ))}
      </ol>
    </Card>
  );
}

function StepLine({ step, number, current }: { step: Step; number: number; current: boolean }) {
  const t = useTranslations("overview.start");
  return (
    <li
      aria-current={current ? "step" : undefined}
      className={cn("flex flex-wrap items-center gap-x-4 gap-y-3 px-5 py-4", current && "bg-primary-soft/35")}
    >
      <span
        className={cn(
          "flex size-7 shrink-0 items-center justify-center rounded-full border font-medium text-xs tabular",
          step.done && "border-transparent bg-success-soft text-success-ink",
          current && "border-primary bg-card text-primary-ink",
          !step.done && !current && "text-faint",
        )}
      >
        {step.done ? <Check aria-label={t("done")} strokeWidth={2.5} className="size-3.5" /> : number}
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <p className={cn("font-medium", !current && "text-muted-foreground")}>
          {t(`steps.${step.key}.title`)}
        </p>
        {(current || !step.done) && (
          <p className="text-pretty text-muted-foreground text-sm">{t(`steps.${step.key}.text`)}</p>
        )}
      </div>
      {current && step.permitted && (
        <Button asChild>
          <Link href={step.href}>
            {t(`steps.${step.key}.action`)}
            <ChevronRight />
          </Link>
        </Button>
      )}
    </li>
  );
}
