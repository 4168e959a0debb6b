"use client";

import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId } from "react";
import { cn } from "#components/ui/cn";
import { Label } from "#components/ui/label";

/** Spread onto the control: ties it to its label, hint and error. */
export type FieldControl = {
  id: string;
  "aria-labelledby": string;
  "aria-invalid": boolean | undefined;
  "aria-describedby": string | undefined;
  "aria-required": boolean | undefined;
};

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  /** Says "optional" beside the label. */
  optional?: boolean;
  /** Label beside the control instead of above it: for a switch or a checkbox. */
  inline?: boolean;
  className?: string | undefined;
  children: (control: FieldControl) => ReactNode;
};

export function Field({ label, hint, error, required, optional, inline, className, children }: FieldProps) {
  const t = useTranslations("common");
  const id = useId();
  const labelId = `${id}-label`;
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(" ");
  const control = children({
    id,
    "aria-labelledby": labelId,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described || undefined,
    "aria-required": required || undefined,
  });
  const words = (
    <>
      <div className="flex items-baseline justify-between gap-2">
        <Label id={labelId} htmlFor={id}>
          {label}
        </Label>
        {optional && <span className="text-faint text-xs">{t("optional")}</span>}
      </div>
      {inline && hint && <FieldHint id={hintId}>{hint}</FieldHint>}
      {inline && error && <FieldError id={errorId}>{error}</FieldError>}
    </>
  );
  if (inline) {
    return (
      <div className={cn("flex items-start gap-2.5", className)}>
        <div className="flex h-5 items-center">{control}</div>
        <div className="grid min-w-0 gap-0.5">{words}</div>
      </div>
    );
  }
  return (
    <div className={cn("grid min-w-0 content-start gap-1.5", className)}>
      {words}
      {control}
      {error && <FieldError id={errorId}>{error}</FieldError>}
      {hint && <FieldHint id={hintId}>{hint}</FieldHint>}
    </div>
  );
}

function FieldHint({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="text-pretty text-muted-foreground text-xs">
      {children}
    </p>
  );
}

function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={id} className="flex items-start gap-1.5 text-danger-ink text-xs">
      <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}
