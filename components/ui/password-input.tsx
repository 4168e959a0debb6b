"use client";

import { Eye, EyeOff, KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { cn } from "#components/ui/cn";
import { Input } from "#components/ui/input";

type PasswordInputProps = Omit<ComponentProps<"input">, "type"> & {
  /** A value is stored on the server: leaving the field empty keeps it. */
  stored?: boolean;
};

export function PasswordInput({ stored = false, className, placeholder, ...props }: PasswordInputProps) {
  const t = useTranslations("common");
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className="relative">
      {stored && (
        <KeyRound
          aria-hidden="true"
          className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-3.5 text-success"
        />
      )}
      <Input
        type={shown ? "text" : "password"}
        autoComplete="new-password"
        spellCheck={false}
        placeholder={stored ? t("secretStored") : placeholder}
        className={cn("pr-9", stored && "pl-8", className)}
        {...props}
      />
      <button
        type="button"
        aria-label={shown ? t("hideSecret") : t("showSecret")}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute inset-y-px right-px flex w-8 items-center justify-center rounded-r-[5px] text-faint hover:text-foreground"
      >
        <Icon className="size-4" />
      </button>
    </div>
  );
}
