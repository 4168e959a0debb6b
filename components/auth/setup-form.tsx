"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { FormProvider, useForm } from "react-hook-form";
import { PasswordRules, passwordFits } from "#components/auth/password-rules";
import { FormError } from "#components/forms/form-error";
import { FormField } from "#components/forms/form-field";
import { useActionForm } from "#components/forms/use-action-form";
import { Button } from "#components/ui/button";
import { Input } from "#components/ui/input";
import { PasswordInput } from "#components/ui/password-input";
import type { ActionResult } from "#lib/core/action-result";
import type { SetupInput } from "#lib/features/auth/schema";

type SetupFormProps = { setup: (input: SetupInput) => Promise<ActionResult<{ signedIn: true }>> };
type Values = { fullName: string; username: string; password: string };

export function SetupForm({ setup }: SetupFormProps) {
  const t = useTranslations("auth");
  const router = useRouter();
  const form = useForm<Values>({ defaultValues: { fullName: "", username: "", password: "" } });
  const { submit, pending, error } = useActionForm({
    form,
    action: setup,
    toInput: ({ fullName, username, password }: Values): SetupInput => ({
      username,
      password,
      ...(fullName.trim() === "" ? {} : { fullName }),
    }),
    onSuccess: () => router.replace("/"),
  });
  const taken = error?.code === "USER_ALREADY_CONFIGURED";
  return (
    <FormProvider {...form}>
      <form method="post" onSubmit={submit} noValidate className="grid gap-4">
        <FormField name="fullName" label={t("fields.fullName")} optional rules={{ maxLength: 128 }}>
          {(control, field) => (
            <Input {...control} {...field} className="h-10" autoComplete="name" maxLength={128} />
          )}
        </FormField>
        <FormField
          name="username"
          label={t("fields.username")}
          hint={t("setup.usernameHint")}
          required
          rules={{
            validate: (value: string) =>
              /^[\p{L}\p{N}._@-]{3,64}$/u.test(value.trim()) || t("setup.usernameInvalid"),
          }}
        >
          {(control, field) => (
            <Input
              {...control}
              {...field}
              className="h-10"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
            />
          )}
        </FormField>
        <FormField
          name="password"
          label={t("fields.password")}
          required
          rules={{
            validate: (value: string) =>
              passwordFits(value, form.getValues("username")) || t("setup.passwordInvalid"),
          }}
        >
          {(control, field) => <PasswordInput {...control} {...field} className="h-10" />}
        </FormField>
        <PasswordRules password={form.watch("password")} username={form.watch("username")} />
        <FormError error={taken && error ? { ...error, message: t("setup.alreadyDone") } : error} />
        {taken && (
          <Link href="/login" className="text-primary-ink text-sm underline underline-offset-4">
            {t("toLogin")}
          </Link>
        )}
        <Button type="submit" size="lg" loading={pending} className="mt-1">
          {t("setup.submit")}
        </Button>
      </form>
    </FormProvider>
  );
}
