"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { useController, useWatch } from "react-hook-form";
import { FormField } from "#components/forms/form-field";
import { type ServerCommand, useApprovedCommand } from "#components/forms/use-command";
import { type DatasourceChoice, isWholeServer, type JobValues } from "#components/jobs/job-values";
import { Said } from "#components/shell/use-said";
import { Button } from "#components/ui/button";
import { Callout } from "#components/ui/callout";
import { Checkbox } from "#components/ui/checkbox";
import { Select } from "#components/ui/select";
import { TagInput } from "#components/ui/tag-input";
import type { DatasourceDatabases } from "#lib/features/datasources/schema";

export type LoadDatabases = ServerCommand<{ id: string }, DatasourceDatabases>;

type JobDatabasesProps = { datasource: DatasourceChoice; load: LoadDatabases };

/** One database, all that the server has, or some of them: each is backed up by itself. */
export function JobDatabases({ datasource, load }: JobDatabasesProps) {
  const t = useTranslations("jobs.form.databases");
  const mode = useWatch<JobValues, "databases_mode">({ name: "databases_mode" });
  const own = datasource.database ? t("ownNamed", { name: datasource.database }) : t("server");
  const hint = isWholeServer(datasource, mode) ? "server" : mode;
  return (
    <>
      <FormField name="databases_mode" label={t("label")} hint={t(`hint.${hint}`)}>
        {(control, { value, onChange, onBlur, ref }) => (
          <Select
            {...control}
            value={value}
            onValueChange={onChange}
            onBlur={onBlur}
            ref={ref}
            options={[
              { value: "own", label: own },
              { value: "all", label: t("all") },
              { value: "list", label: t("list") },
            ]}
          />
        )}
      </FormField>
      {mode === "list" && <Names datasource={datasource} load={load} />}
    </>
  );
}

function Names({ datasource, load }: JobDatabasesProps) {
  const t = useTranslations("jobs.form.databases");
  const run = useApprovedCommand(load);
  const [pending, setPending] = useState(false);
  const [found, setFound] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function ask() {
    setPending(true);
    setProblem(null);
    const answer = await run({ id: datasource.id });
    setPending(false);
    if (answer.ok) setFound(answer.data.databases);
    else setProblem(answer.error.message);
  }

  return (
    <>
      <FormField
        name="backup_options.databases"
        label={t("names")}
        hint={t("namesHint")}
        required
        rules={{ validate: (names: string[]) => names.length > 0 || t("namesRequired") }}
      >
        {(control, field) => (
          <TagInput
            id={control.id}
            aria-invalid={control["aria-invalid"]}
            aria-describedby={control["aria-describedby"]}
            ref={field.ref}
            value={field.value}
            onValueChange={field.onChange}
            spellCheck={false}
            autoComplete="off"
            mono
          />
        )}
      </FormField>
      <div className="grid gap-3">
        <Button variant="outline" size="sm" className="w-fit" loading={pending} onClick={() => void ask()}>
          {t(found ? "loadAgain" : "load")}
        </Button>
        {problem && (
          <Callout tone="danger">
            <Said>{problem}</Said>
          </Callout>
        )}
        {found && <Found names={found} />}
      </div>
    </>
  );
}

/** What the server has, to be ticked. */
function Found({ names }: { names: readonly string[] }) {
  const t = useTranslations("jobs.form.databases");
  const id = useId();
  const { field } = useController<JobValues, "backup_options.databases">({
    name: "backup_options.databases",
  });
  const chosen = new Set(field.value);
  if (names.length === 0) return <p className="text-muted-foreground text-sm">{t("foundNone")}</p>;
  return (
    <fieldset className="min-w-0 rounded-md border">
      <legend className="sr-only">{t("found", { count: names.length })}</legend>
      <p aria-hidden="true" className="border-b px-3 py-1.5 text-muted-foreground text-xs">
        {t("found", { count: names.length })}
      </p>
      <ul className="grid max-h-56 gap-x-4 overflow-y-auto px-3 py-1.5 sm:grid-cols-2">
        {names.map((name, index) => (
          <li key={name} className="flex min-w-0 items-center gap-2.5 py-1">
            <Checkbox
              id={`${id}-${index}`}
              checked={chosen.has(name)}
              onCheckedChange={(on) =>
                field.onChange(
                  on === true ? [...chosen, name] : field.value.filter((other) => other !== name),
                )
              }
            />
            <label htmlFor={`${id}-${index}`} className="min-w-0 flex-1 truncate font-mono text-xs">
              {name}
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
