"use client";

import { Button, type ButtonProps } from "#components/ui/button";
import { Tooltip } from "#components/ui/tooltip";

type IconButtonProps = Omit<ButtonProps, "size" | "aria-label"> & {
  /** Says what it does: the accessible name and the tooltip. */
  label: string;
  size?: "icon" | "icon-sm";
  tooltipSide?: "top" | "right" | "bottom" | "left";
};

export function IconButton({
  label,
  size = "icon",
  variant = "ghost",
  tooltipSide = "top",
  ...props
}: IconButtonProps) {
  return (
    <Tooltip content={label} side={tooltipSide}>
      <Button aria-label={label} size={size} variant={variant} {...props} />
    </Tooltip>
  );
}
