import { Cloud, HardDrive, type LucideIcon, Server } from "lucide-react";

const ICONS: Record<string, LucideIcon> = { local: HardDrive, ssh: Server };

export function StorageTypeIcon({ type, className }: { type: string; className?: string }) {
  const Icon = ICONS[type] ?? Cloud;
  return <Icon aria-hidden="true" className={className ?? "size-4 shrink-0 text-muted-foreground"} />;
}
