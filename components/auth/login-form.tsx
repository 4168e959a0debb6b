"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { FormProvider, useForm } from "react-hook-form";
import { FormError } from "#components/forms/form-error";
import { FormField } from "#components/forms/form-field";
import { useActionForm } from "#components/forms/use-action-form";
import { Button } from "#components/ui/button";
import { Input } from "#components/ui/input";
import { PasswordInput } from "#components/ui/password-input";
import type { ActionError, ActionResult } from "#lib/core/action-result";
import type { LoginInput } from "#lib/features/auth/schema";

type LoginFormProps = {
  login: (input: LoginInput) => Promise<ActionResult<{ signedIn: true }>>;
  /** A page of this site. */
  next: string;
};

export function LoginForm({ login, next }: LoginFormProps) {
  const t = useTranslations("auth");
  const router = useRouter();
  const form = useForm<LoginInput>({ defaultValues: { username: "", password: "" } });
  const { submit, pending, error } = useActionForm({
    form,
    action: async (input: LoginInput) => {
      const result = await login(input);
      if (!result.ok) {
        form.resetField("password");
        form.setFocus("password");
      }
      return result;
    },
    toInput: (values) => values,
    onSuccess: () => router.replace(next),
  });
  return (
    <FormProvider {...form}>
      <form method="post" onSubmit={submit} noValidate className="grid gap-4">
        <FormField name="username" label={t("fields.username")} rules={{ required: t("required.username") }}>
          {(control, field) => (
            <Input
              {...control}
              {...field}
              className="h-10"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
            />
          )}
        </FormField>
        <FormField name="password" label={t("fields.password")} rules={{ required: t("required.password") }}>
          {(control, field) => (
            <PasswordInput {...control} {...field} className="h-10" autoComplete="current-password" />
          )}
        </FormField>
        <FormError error={error && inWords(error, t)} />
        <Button type="submit" size="lg" loading={pending} className="mt-1">
          {t("login.submit")}
        </Button>
        <p className="text-pretty text-muted-foreground text-xs">{t("login.help")}</p>
      </form>
    </FormProvider>
  );
}

function inWords(error: ActionError, t: ReturnType<typeof useTranslations<"auth">>): ActionError {
  if (error.code === "INVALID_CREDENTIALS") return { ...error, message: t("login.failed") };
  if (error.code === "RATE_LIMITED") return { ...error, message: t("login.throttled") };
  return error;
}
