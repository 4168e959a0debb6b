import { useTranslations } from "next-intl";
import { useSaid } from "#components/shell/use-said";
import { Card, CardHeader } from "#components/ui/card";
import { CodeBlock } from "#components/ui/code-block";
import { StatusGlyph } from "#components/ui/status-badge";
import { needsTool } from "#lib/features/datasources/schema";
import type { DatasourceTypeInfo } from "#lib/features/datasources/types-query";

type ToolsCardProps = {
  tools: DatasourceTypeInfo["tools"];
  /** The connection_config; one that does not need a tool does not miss it. */
  config: Readonly<Record<string, unknown>>;
};

/** The programs that a backup of this type can call: found with their version, or how to get them. */
export function ToolsCard({ tools, config }: ToolsCardProps) {
  const t = useTranslations("datasources.tools");
  const said = useSaid();
  const install = [...new Set(tools.flatMap((tool) => (tool.path === null ? [tool.install] : [])))];
  if (tools.length === 0) return null;
  return (
    <Card>
      <CardHeader title={t("title")} />
      <ul className="divide-y">
        {tools.map((tool) => (
          <ToolRow key={tool.name} tool={tool} needed={needsTool(tool, config)} />
        ))}
      </ul>
      {install.length > 0 && (
        <div className="grid gap-2 border-t p-4">
          {install.map((words) => (
            <CodeBlock key={words} code={said(words)} label={t("install")} wrap />
          ))}
        </div>
      )}
    </Card>
  );
}

function ToolRow({ tool, needed }: { tool: ToolsCardProps["tools"][number]; needed: boolean }) {
  const t = useTranslations("datasources.tools");
  const { name, path, version } = tool;
  const absent = needed ? ("danger" as const) : ("neutral" as const);
  return (
    <li className="flex items-center gap-2 px-4 py-2 text-sm">
      <StatusGlyph tone={path === null ? absent : "success"} />
      <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
      {path === null && needed ? (
        <span className="text-danger-ink text-xs">{t("missing")}</span>
      ) : (
        <span className="text-muted-foreground text-xs tabular">
          {path === null ? t("notNeeded") : (version ?? t("found"))}
        </span>
      )}
    </li>
  );
}
