import { useTranslations } from "next-intl";
import { Said } from "#components/shell/use-said";
import { Badge } from "#components/ui/badge";
import { Callout } from "#components/ui/callout";
import { type Description, DescriptionList } from "#components/ui/description-list";
import { Duration } from "#components/ui/quantity";
import { Time } from "#components/ui/time";
import type { FieldSpec } from "#lib/core/fields";
import type { Datasource } from "#lib/features/datasources/schema";
import type { HealthHistory } from "#lib/features/health/history";

/** What the last check found, and what it is filed under. */
export function DatasourceFacts({
  datasource,
  check,
}: {
  datasource: Datasource;
  check: HealthHistory["last"];
}) {
  const t = useTranslations("datasources");
  return (
    <DescriptionList
      items={[
        { label: t("facts.type"), value: t(`types.${datasource.type}`) },
        {
          label: t("facts.checked"),
          value: datasource.lastHealthCheckAt ? (
            <Time value={datasource.lastHealthCheckAt} />
          ) : (
            t("facts.never")
          ),
        },
        typeof check?.latencyMs === "number" && {
          label: t("facts.latency"),
          value: <Duration value={check.latencyMs} />,
        },
        typeof check?.serverVersion === "string" && {
          label: t("facts.version"),
          value: check.serverVersion,
        },
        {
          label: t("facts.tags"),
          value:
            datasource.tags.length > 0 ? (
              <span className="flex flex-wrap justify-end gap-1">
                {datasource.tags.map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </span>
            ) : null,
        },
        { label: t("facts.created"), value: <Time value={datasource.createdAt} format="medium" /> },
      ]}
    />
  );
}

/** Why a datasource fails, as long as nothing newer is known. */
export function LastFailure({
  status,
  check,
}: {
  status: Datasource["status"];
  check: HealthHistory["last"];
}) {
  const t = useTranslations("datasources.checks");
  if (!check?.errorMessage || status !== "critical") return null;
  return (
    <Callout tone="danger" title={t(check.status)}>
      <Said>{check.errorMessage}</Said>
    </Callout>
  );
}

type ConfigFactsProps = { specs: readonly FieldSpec[]; config: Readonly<Record<string, unknown>> };

/** A plug-in's config with the words of its form; secrets only say that they are there. */
export function ConfigFacts({ specs, config }: ConfigFactsProps) {
  const t = useTranslations();
  const items = specs.flatMap((spec): Description[] => {
    const value = config[spec.name];
    const label = t.has(spec.labelKey) ? t(spec.labelKey) : spec.name;
    if (value === undefined || value === null || value === "") {
      return t.has(spec.emptyKey) ? [{ label, value: t(spec.emptyKey) }] : [];
    }
    if (spec.secret) return [{ label, value: t("datasources.facts.secret") }];
    if (typeof value === "boolean") return [{ label, value: value ? t("common.yes") : t("common.no") }];
    const option = `fields.${spec.name}.options.${value}`;
    if (spec.kind === "select") return [{ label, value: t.has(option) ? t(option) : String(value) }];
    if (spec.kind === "textarea") return [{ label, value: t("datasources.facts.given") }];
    return [{ label, value: Array.isArray(value) ? value.join(", ") : String(value), mono: true }];
  });
  return <DescriptionList items={items} />;
}
