import type { Wish } from "../core/intent.ts";
import type { Channel } from "../notify/notifier.ts";
import { slack } from "../notify/slack.ts";
import { teams, teamsBareCard } from "../notify/teams.ts";
import { webhook } from "../notify/webhook.ts";
import type { Settings } from "../settings.ts";

/** Everybody who is told, as the settings say. */
export function channelsOf(settings: Settings): readonly Channel[] {
  const {
    ACRAUDIT_TEAMS_WEBHOOK_URL: teamsUrl,
    ACRAUDIT_SLACK_WEBHOOK_URL: slackUrl,
    ACRAUDIT_WEBHOOK_URL: url,
    ACRAUDIT_WEBHOOK_SECRET: key,
  } = settings;
  const wish: Wish = { minSeverity: settings.ACRAUDIT_NOTIFY_SEVERITY, resolved: settings.ACRAUDIT_NOTIFY_RESOLVED };
  const card = settings.ACRAUDIT_TEAMS_PAYLOAD === "bareCard" ? teamsBareCard : teams;
  return [
    ...(teamsUrl ? [{ ...wish, notifier: card, url: teamsUrl }] : []),
    ...(slackUrl ? [{ ...wish, notifier: slack, url: slackUrl }] : []),
    ...(url && key ? [{ ...wish, notifier: webhook, url, key }] : []),
  ];
}
