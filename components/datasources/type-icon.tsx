import { Database, FileBox, Folder, Leaf, type LucideIcon } from "lucide-react";

const ICONS: Record<string, LucideIcon> = { files: Folder, sqlite: FileBox, mongodb: Leaf };

export function TypeIcon({ type, className }: { type: string; className?: string }) {
  const Icon = ICONS[type] ?? Database;
  return <Icon aria-hidden="true" className={className ?? "size-4 shrink-0 text-muted-foreground"} />;
}
