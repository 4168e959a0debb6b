import { useTranslations } from "next-intl";
import { Card, CardHeader } from "#components/ui/card";
import { CodeBlock } from "#components/ui/code-block";
import { StatusGlyph } from "#components/ui/status-badge";
import type { DatasourceTypeInfo } from "#lib/features/datasources/types-query";

/** The programs that a backup of this type calls: found with their version, or how to get them. */
export function ToolsCard({ tools }: { tools: DatasourceTypeInfo["tools"] }) {
  const t = useTranslations("datasources.tools");
  const install = [...new Set(tools.flatMap((tool) => (tool.path === null ? [tool.install] : [])))];
  if (tools.length === 0) return null;
  return (
    <Card>
      <CardHeader title={t("title")} />
      <ul className="divide-y">
        {tools.map(({ name, path, version }) => (
          <li key={name} className="flex items-center gap-2 px-4 py-2 text-sm">
            <StatusGlyph tone={path === null ? "danger" : "success"} />
            <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
            {path === null ? (
              <span className="text-danger-ink text-xs">{t("missing")}</span>
            ) : (
              <span className="text-muted-foreground text-xs tabular">{version ?? t("found")}</span>
            )}
          </li>
        ))}
      </ul>
      {install.length > 0 && (
        <div className="grid gap-2 border-t p-4">
          {install.map((words) => (
            <CodeBlock key={words} code={words} label={t("install")} wrap />
          ))}
        </div>
      )}
    </Card>
  );
}
