"use client";

import { FileArchive, Upload, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { FormField } from "#components/forms/form-field";
import { cn } from "#components/ui/cn";
import { IconButton } from "#components/ui/icon-button";
import { Bytes } from "#components/ui/quantity";

/**
 * A file, chosen or dropped. The browser's own input lies over it all: it takes the focus, opens with the
 * keyboard, and takes what is dropped.
 */
export function FileField({ hint }: { hint: string }) {
  const t = useTranslations("imports.file");
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <FormField
      name="file"
      label={t("label")}
      hint={hint}
      required
      rules={{ validate: (file: File | null) => file !== null || t("required") }}
    >
      {(control, field) => {
        const file = field.value as File | null;
        const take = (files: FileList | null) => {
          const [first] = files ?? [];
          if (first) field.onChange(first);
        };
        return (
          <div
            className={cn(
              "relative flex min-h-24 min-w-0 items-center justify-center gap-3 rounded-lg border border-input border-dashed bg-card px-4 py-5 text-sm focus-within:border-ring focus-within:ring-3 focus-within:ring-ring/25 dark:bg-sunken",
              over && "border-primary bg-primary-soft/45",
              control["aria-invalid"] && "border-danger",
            )}
          >
            <input
              {...control}
              type="file"
              ref={(node) => {
                input.current = node;
                field.ref(node);
              }}
              onBlur={field.onBlur}
              onChange={(event) => take(event.target.files)}
              onDragEnter={() => setOver(true)}
              onDragLeave={() => setOver(false)}
              onDrop={() => setOver(false)}
              className="absolute inset-0 size-full cursor-pointer opacity-0 disabled:cursor-not-allowed"
            />
            {file ? (
              <>
                <FileArchive aria-hidden="true" className="size-5 shrink-0 text-muted-foreground" />
                <span className="min-w-0 truncate font-medium">{file.name}</span>
                <span className="shrink-0 text-muted-foreground">
                  <Bytes value={file.size} />
                </span>
                <IconButton
                  label={t("remove")}
                  size="icon-sm"
                  className="relative"
                  onClick={() => {
                    if (input.current) input.current.value = "";
                    field.onChange(null);
                    input.current?.focus();
                  }}
                >
                  <X />
                </IconButton>
              </>
            ) : (
              <>
                <Upload aria-hidden="true" className="size-5 shrink-0 text-muted-foreground" />
                <span className="text-pretty text-muted-foreground">{t("choose")}</span>
              </>
            )}
          </div>
        );
      }}
    </FormField>
  );
}
