// What the API takes and answers, by path: written by `npm run gen` from docs/generated/openapi.json.

export type Problem = { type: string; title: string; status: number; detail: string; code: ("validation_failed" | "unauthenticated" | "forbidden" | "not_found" | "request_timeout" | "version_conflict" | "request_in_progress" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "rule_violated" | "key_reused" | "rate_limited" | "internal" | "unavailable"); requestId: string; rule?: string | undefined; errors?: ({ path: string; message: string })[] | undefined };
export type SignIn = { token: string; tokenExpiresAt: string; refreshToken: string; expiresAt: string };
export type Caller = { kind: ("api_key" | "agent"); id: string; tenantId: string; scopes: (("read" | "write" | "send" | "operate" | "raw" | "admin" | "codec" | "installation"))[] };
export type ProjectMember = { id: string; projectId: string; agentId: (string | null); email: (string | null); role: ("owner" | "admin" | "member" | "viewer"); invitedBy: string; invitedAt: string; acceptedAt: (string | null); createdAt: string; sequence: number; erased: boolean };
export type Project = { id: string; userId: string; name: string; billingAccountId: (string | null); createdAt: string; sequence: number };
export type ProjectPage = { data: (Project)[]; nextCursor: (string | null) };
export type InvitedProjectMember = (ProjectMember) & ({ invitation: OneTimeToken });
export type OneTimeToken = { token: string; expiresAt: string };
export type ProjectMemberPage = { data: (ProjectMember)[]; nextCursor: (string | null) };
export type User = { id: string; name: (string | null); email: (string | null); createdAt: string; sequence: number; erased: boolean };
export type UserPage = { data: (User)[]; nextCursor: (string | null) };
export type CreatedAgent = (Agent) & ({ passwordToken: (OneTimeToken | null) });
export type Agent = { id: string; projectId: string; name: (string | null); email: (string | null); type: ("human" | "ai" | "bot"); role: ("admin" | "supervisor" | "agent" | "viewer"); status: ("active" | "inactive"); permissions: (("read" | "write" | "send" | "operate" | "raw" | "admin"))[]; lastLoginAt: (string | null); createdAt: string; sequence: number; erased: boolean };
export type AgentPage = { data: (Agent)[]; nextCursor: (string | null) };
export type CreatedChannel = (Channel) & ({ webhookUrl: string; webhookSecret: string });
export type Channel = { id: string; projectId: string; name: string; type: ("waha" | "whatsapp_business" | "whatsapp" | "messenger" | "instagram" | "telegram" | "wechat" | "twilio_sms" | "web_form"); externalId: (string | null); status: ("inactive" | "activating" | "connecting" | "active" | "disconnected" | "error"); messageGrouping: { enabled: boolean; debounceMs: number; maxWaitMs: number }; aiProcessing: boolean; pipelineId: (string | null); historyImport: { enabled: boolean; agentId: (string | null); status: ("idle" | "importing" | "completed" | "failed"); strategy: ("all" | "recent" | "time_range" | "new_only" | null); timeRangeDays: (number | null); limit: (number | null); requestedAt: (string | null); startedAt: (string | null); endedAt: (string | null); lastError: (string | null); counts: ({ messagesImported: number; duplicatesSkipped: number; chatsImported: number; contactsCreated: number; sessionsCreated: number } | null) }; labels: ({ labelId: string; name: string; color: (string | null) })[]; lastError: (string | null); activationRequestedAt: (string | null); activatedAt: (string | null); disconnectedAt: (string | null); createdAt: string; sequence: number };
export type ChannelPage = { data: (Channel)[]; nextCursor: (string | null) };
export type ChannelWebhook = { webhookUrl: string; webhookSecret: string };
export type ChannelPairing = { channelId: string; status: ("inactive" | "activating" | "connecting" | "active" | "disconnected" | "error"); lastError: (string | null); sessionStatus: (string | null); qr: ({ mimetype: string; data: string } | null); passkeyChallenge: (Record<string, unknown> | null); confirmationCode: (string | null); changedAt: (string | null); sagaId: (string | null) };
export type ChannelPairingCode = { code: string };
export type HistoryImport = { channelId: string; sagaId: (string | null); phase: ("idle" | "requested" | "listing" | "pages" | "sessions" | "undoing" | "completed" | "failed"); isPaused: boolean; strategy: ("all" | "recent" | "time_range" | "new_only" | null); timeRangeDays: (number | null); limit: (number | null); sessionGapMinutes: number; requestsPerMinute: number; automations: boolean; webhooks: boolean; requestedAt: (string | null); startedAt: (string | null); endedAt: (string | null); lastError: (string | null); chats: { done: number; total: (number | null); imported: number }; messages: { done: number; total: (number | null); imported: number; duplicatesSkipped: number }; contactsCreated: number; sessionsCreated: number; messagesPerSecond: (number | null); estimatedEndAt: (string | null) };
export type ChannelPacing = { ratePerMinute: number; jitter: number; dailyLimit: (number | null); warmUp: ({ firstDay: number; growth: number } | null); quietHours: ({ from: string; to: string; timeZone: string } | null); gateway: ({ status: ("NONE" | "FIRST_WARNING" | "SECOND_WARNING" | "CAPPED"); remaining: (number | null); until: (string | null) } | null) };
export type ChannelType = { id: string; name: ("waha" | "whatsapp_business" | "whatsapp" | "messenger" | "instagram" | "telegram" | "wechat" | "twilio_sms" | "web_form"); provider: string; capabilities: (("text" | "media" | "voice" | "location" | "contact_cards" | "stickers" | "templates" | "groups" | "reactions" | "edits" | "delivery_receipts" | "read_receipts" | "history_import" | "labels"))[]; createdAt: string; sequence: number };
export type ChannelTypePage = { data: (ChannelType)[]; nextCursor: (string | null) };
export type Contact = { id: string; projectId: string; name: (string | null); phone: (string | null); phoneVerified: boolean; email: (string | null); externalIds: (({ externalId: string; source: string })[] | null); tags: (string)[]; language: (string | null); timezone: (string | null); channelId: (string | null); sourceChannel: (string | null); profilePictureUrl: (string | null); enrichments: (Record<string, unknown> | null); customFields: (Record<string, (string | number | boolean)> | null); optOuts: ({ channelId: (string | null); reason: string; optedOutAt: string })[]; pipelines: ({ pipelineId: string; statusId: string; statusName: string; enteredAt: string; changedAt: string; qualification: ({ score: number; qualified: boolean; confidence: number; qualifiedAt: string } | null) })[]; interactionCount: number; lastInteractionAt: (string | null); mergedInto: (string | null); merges: (({ mergedContactIds: (string)[]; mergeStrategy: ("keep_primary" | "keep_newest" | "union"); mergedAt: string })[] | null); createdAt: string; updatedAt: (string | null); anonymizedAt: (string | null); sequence: number; erased: boolean };
export type ContactPage = { data: (Contact)[]; nextCursor: (string | null) };
export type ContactChanges = { from: (string | null); to: string; fromSequence: number; toSequence: number; erased: boolean; fields: ({ field: string; before?: unknown | undefined; after?: unknown | undefined })[]; events: ({ id: string; sequence: number; type: string; version: number; data: Record<string, unknown>; occurredAt: string; causationId: string; correlationId: string; erased: boolean })[]; nextCursor: (string | null) };
export type CustomField = { id: string; projectId: string; key: string; label: string; type: ("text" | "number" | "date" | "boolean" | "select"); options: ((string)[] | null); createdAt: string; updatedAt: (string | null); sequence: number };
export type CustomFieldPage = { data: (CustomField)[]; nextCursor: (string | null) };
export type TimelineEntryPage = { data: (TimelineEntry)[]; nextCursor: (string | null) };
export type TimelineEntry = { id: string; eventId: string; eventType: string; category: ("lifecycle" | "profile" | "tags" | "engagement" | "pipeline" | "tracking" | "enrichment" | "message" | "session" | "note" | "campaign"); title: string; priority: ("low" | "normal" | "high"); visibleToClient: boolean; visibleToAgent: boolean; aggregateType: string; aggregateId: string; data: Record<string, unknown>; occurredAt: string; erased: boolean };
export type ChatPage = { data: (Chat)[]; nextCursor: (string | null) };
export type Chat = { id: string; projectId: string; channelId: string; chatType: ("individual" | "group" | "channel"); externalId: (string | null); contactId: (string | null); subject: (string | null); description: (string | null); status: ("active" | "archived" | "closed"); participants: (({ participantId: string; participantType: ("contact" | "agent" | "unknown"); role: ("member" | "admin" | "superadmin") })[] | null); labels: (string)[]; createdAt: string; closedAt: (string | null); sequence: number; erased: boolean };
export type SessionPage = { data: (Session)[]; nextCursor: (string | null) };
export type Session = { id: string; projectId: string; contactId: string; channelId: string; chatId: (string | null); status: ("active" | "ended" | "expired" | "manually_closed"); startedAt: string; endedAt: (string | null); endReason: (string | null); messageCount: number; contactMessageCount: number; ownMessageCount: number; firstMessageAt: (string | null); lastMessageAt: (string | null); agentId: (string | null); resolvedAt: (string | null); escalatedAt: (string | null); abandonedAt: (string | null); summary: (string | null); sentiment: ("positive" | "neutral" | "negative" | "mixed" | null); sentimentScore: (number | null); summarizedAt: (string | null); createdAt: string; sequence: number; erased: boolean };
export type SessionChanges = { from: (string | null); to: string; fromSequence: number; toSequence: number; erased: boolean; fields: ({ field: string; before?: unknown | undefined; after?: unknown | undefined })[]; events: ({ id: string; sequence: number; type: string; version: number; data: Record<string, unknown>; occurredAt: string; causationId: string; correlationId: string; erased: boolean })[]; nextCursor: (string | null) };
export type SessionPolicy = { id: string; projectId: string; channelId: (string | null); inactivitySeconds: (number | null); abandonSeconds: (number | null); escalateSeconds: (number | null); reassignSeconds: (number | null); autoAssign: boolean; createdAt: string; updatedAt: (string | null); sequence: number };
export type SessionPolicyPage = { data: (SessionPolicy)[]; nextCursor: (string | null) };
export type AgentSession = { id: string; projectId: string; agentId: string; sessionId: string; joinedAt: string; leftAt: (string | null); leaveReason: ("left" | "reassigned" | "session_ended" | "agent_deactivated" | "inactivity" | null); createdAt: string; sequence: number };
export type AgentSessionPage = { data: (AgentSession)[]; nextCursor: (string | null) };
export type MessagePage = { data: (Message)[]; nextCursor: (string | null) };
export type Message = { id: string; projectId: string; channelId: string; chatId: (string | null); sessionId: (string | null); contactId: string; channelMessageId: (string | null); fromMe: boolean; source: ("manual" | "broadcast" | "sequence" | "automation" | "bot" | "system" | "webhook" | "scheduled" | "test" | "history_import"); type: ("text" | "image" | "video" | "audio" | "voice" | "document" | "location" | "contact" | "sticker" | "system"); status: ("queued" | "sent" | "delivered" | "read" | "played" | "failed"); body: (string | null); media: ({ url?: string | undefined; mimetype: string; filename?: string | undefined; durationSeconds?: number | undefined; sizeBytes?: number | undefined } | null); location: ({ latitude: number; longitude: number; name?: string | undefined; address?: string | undefined; url?: string | undefined } | null); vcards: ((string)[] | null); replyToChannelMessageId: (string | null); arrival: (number | null); sentAt: (string | null); deliveredAt: (string | null); readAt: (string | null); playedAt: (string | null); failedAt: (string | null); failureReason: (string | null); editedAt: (string | null); revokedAt: (string | null); reactions: (({ contactId: string; reaction: string; reactedAt: string; fromMe: boolean })[] | null); createdAt: string; sequence: number; erased: boolean };
export type QueuedMessage = (Message) & ({ links: { self: string; saga: string } });
export type SendMessage = { channelId: string; contactId?: string | undefined; chatId?: string | undefined; text?: string | undefined; media?: { url: string; mimetype: string; filename?: string | undefined } | undefined; transactional?: boolean | undefined; replyTo?: string | undefined };
export type EnrichmentPage = { data: (Enrichment)[]; nextCursor: (string | null) };
export type Enrichment = { id: string; projectId: string; messageId: string; contactId: string; kind: ("image" | "video" | "audio" | "voice"); mediaUrl: (string | null); status: ("requested" | "completed" | "failed"); provider: (string | null); result: (Record<string, unknown> | null); failureReason: (string | null); completedAt: (string | null); failedAt: (string | null); createdAt: string; sequence: number; erased: boolean };
export type Note = { id: string; projectId: string; contactId: string; sessionId: (string | null); authorId: string; authorType: ("agent" | "user" | "integration" | "automation" | "system"); content: (string | null); noteType: ("general" | "follow_up" | "complaint" | "resolution" | "escalation" | "summary"); priority: ("low" | "normal" | "high" | "urgent"); forAgentId: (string | null); dueAt: (string | null); pinned: boolean; createdAt: string; updatedAt: (string | null); sequence: number; erased: boolean };
export type NotePage = { data: (Note)[]; nextCursor: (string | null) };
export type ContactList = { id: string; projectId: string; name: string; description: (string | null); isStatic: boolean; logicalOperator: ("AND" | "OR"); filterRules: ({ ruleId: string; filterType: ("attribute" | "tag" | "pipeline_status" | "event" | "interaction" | "custom_field"); field: string; operator: string; value?: unknown | undefined })[]; lastRecalculation: ({ recalculatedAt: string; contactCount: number; addedCount: number; removedCount: number } | null); createdAt: string; sequence: number; erased: boolean };
export type ContactListPage = { data: (ContactList)[]; nextCursor: (string | null) };
export type ContactListRecalculation = { complete: boolean; addedCount: number; removedCount: number };
export type ContactListRunStarted = { id: string; links: Record<string, string> };
export type ContactListRunPage = { data: (ContactListRun)[]; nextCursor: (string | null) };
export type ContactListRun = { id: string; requestedAt: string; toChange: (number | null); changed: number; endedAt: (string | null); outcome: (string | null) };
export type ContactListCount = { contactCount: number };
export type Pipeline = { id: string; projectId: string; name: string; description: (string | null); color: (string | null); active: boolean; statusIds: (string)[]; leadQualificationEnabled: boolean; leadQualification: ({ criteria: ({ key: string; question: string; points: number })[]; minimumScore: number; statusId: string } | null); createdAt: string; sequence: number; erased: boolean };
export type PipelinePage = { data: (Pipeline)[]; nextCursor: (string | null) };
export type PipelineChanges = { from: (string | null); to: string; fromSequence: number; toSequence: number; erased: boolean; fields: ({ field: string; before?: unknown | undefined; after?: unknown | undefined })[]; events: ({ id: string; sequence: number; type: string; version: number; data: Record<string, unknown>; occurredAt: string; causationId: string; correlationId: string; erased: boolean })[]; nextCursor: (string | null) };
export type PipelineStatus = { id: string; projectId: string; pipelineId: string; name: string; statusType: ("open" | "won" | "lost" | "abandoned"); description: (string | null); color: (string | null); active: boolean; createdAt: string; removedAt: (string | null); sequence: number; erased: boolean };
export type PipelineStatusPage = { data: (PipelineStatus)[]; nextCursor: (string | null) };
export type TrackingPage = { data: (Tracking)[]; nextCursor: (string | null) };
export type Tracking = { id: string; projectId: string; contactId: string; sessionId: (string | null); source: string; platform: string; fields: Record<string, unknown>; createdAt: string; sequence: number };
export type WebhookSubscriptionWithSecret = (WebhookSubscription) & ({ secret: string });
export type WebhookSubscription = { id: string; projectId: string; userId: string; name: string; url: string; events: (string)[]; subscribeContactEvents: boolean; contactEventTypes: (string)[]; contactEventCategories: (("lifecycle" | "profile" | "tags" | "engagement" | "pipeline" | "tracking" | "enrichment" | "message" | "session" | "note" | "campaign"))[]; headerNames: (string)[]; active: boolean; disabledReason: (string | null); disabledAt: (string | null); retryCount: number; timeoutSeconds: number; lastTriggeredAt: (string | null); lastSuccessAt: (string | null); lastFailureAt: (string | null); successCount: number; failureCount: number; createdAt: string; sequence: number };
export type WebhookSubscriptionPage = { data: (WebhookSubscription)[]; nextCursor: (string | null) };
export type WebhookDeliveryPage = { data: (WebhookDelivery)[]; nextCursor: (string | null) };
export type WebhookDelivery = { id: string; projectId: (string | null); subscriptionId: string; eventId: string; eventType: string; eventName: string; status: ("pending" | "delivered" | "failed" | "discarded"); attempts: number; maxAttempts: number; nextAttemptAt: (string | null); lastStatusCode: (number | null); lastReason: (string | null); endedAt: (string | null); createdAt: string; sequence: number };
export type WebhookAttemptPage = { data: (WebhookAttempt)[]; nextCursor: (string | null) };
export type WebhookAttempt = { attempt: number; requestId: string; result: ("delivered" | "failed" | "gone"); statusCode: (number | null); reason: (string | null); answer: (string | null); startedAt: string; durationMs: number };
export type BillingAccount = { id: string; userId: string; name: (string | null); billingEmail: (string | null); status: ("pending" | "active" | "suspended" | "canceled"); stripeCustomerId: (string | null); paymentMethodType: (string | null); last4: (string | null); suspendedReason: (string | null); canceledAt: (string | null); createdAt: string; sequence: number; erased: boolean };
export type BillingAccountPage = { data: (BillingAccount)[]; nextCursor: (string | null) };
export type SubscriptionPage = { data: (Subscription)[]; nextCursor: (string | null) };
export type Subscription = { id: string; accountId: string; stripeSubscriptionId: string; priceId: string; status: ("trialing" | "active" | "incomplete" | "incomplete_expired" | "past_due" | "canceled" | "unpaid" | "paused"); periodStart: (string | null); periodEnd: (string | null); trialEndsAt: (string | null); cancelAt: (string | null); canceledAt: (string | null); requestedPriceId: (string | null); refusedReason: (string | null); createdAt: string; sequence: number };
export type InvoicePage = { data: (Invoice)[]; nextCursor: (string | null) };
export type Invoice = { id: string; accountId: string; subscriptionId: (string | null); stripeInvoiceId: string; status: ("draft" | "open" | "paid" | "uncollectible" | "void"); amountDue: number; amountPaid: number; currency: ("AED" | "AFN" | "ALL" | "AMD" | "ANG" | "AOA" | "ARS" | "AUD" | "AWG" | "AZN" | "BAM" | "BBD" | "BDT" | "BGN" | "BHD" | "BIF" | "BMD" | "BND" | "BOB" | "BRL" | "BSD" | "BTN" | "BWP" | "BYN" | "BZD" | "CAD" | "CDF" | "CHF" | "CLP" | "CNY" | "COP" | "CRC" | "CUP" | "CVE" | "CZK" | "DJF" | "DKK" | "DOP" | "DZD" | "EGP" | "ERN" | "ETB" | "EUR" | "FJD" | "FKP" | "GBP" | "GEL" | "GHS" | "GIP" | "GMD" | "GNF" | "GTQ" | "GYD" | "HKD" | "HNL" | "HTG" | "HUF" | "IDR" | "ILS" | "INR" | "IQD" | "IRR" | "ISK" | "JMD" | "JOD" | "JPY" | "KES" | "KGS" | "KHR" | "KMF" | "KPW" | "KRW" | "KWD" | "KYD" | "KZT" | "LAK" | "LBP" | "LKR" | "LRD" | "LSL" | "LYD" | "MAD" | "MDL" | "MGA" | "MKD" | "MMK" | "MNT" | "MOP" | "MRU" | "MUR" | "MVR" | "MWK" | "MXN" | "MYR" | "MZN" | "NAD" | "NGN" | "NIO" | "NOK" | "NPR" | "NZD" | "OMR" | "PAB" | "PEN" | "PGK" | "PHP" | "PKR" | "PLN" | "PYG" | "QAR" | "RON" | "RSD" | "RUB" | "RWF" | "SAR" | "SBD" | "SCR" | "SDG" | "SEK" | "SGD" | "SHP" | "SLE" | "SOS" | "SRD" | "SSP" | "STN" | "SVC" | "SYP" | "SZL" | "THB" | "TJS" | "TMT" | "TND" | "TOP" | "TRY" | "TTD" | "TWD" | "TZS" | "UAH" | "UGX" | "USD" | "UYU" | "UZS" | "VED" | "VES" | "VND" | "VUV" | "WST" | "XAF" | "XCD" | "XCG" | "XOF" | "XPF" | "YER" | "ZAR" | "ZMW" | "ZWG"); dueAt: (string | null); attemptCount: number; failureReason: (string | null); failedAt: (string | null); uncollectibleAt: (string | null); settledAt: (string | null); createdAt: string; sequence: number };
export type UsageMeterPage = { data: (UsageMeter)[]; nextCursor: (string | null) };
export type UsageMeter = { id: string; accountId: string; metric: string; stripeMeterEventName: string; total: number; counted: number; reported: number; reportedAt: (string | null); periodStart: (string | null); periodEnd: (string | null); createdAt: string; sequence: number };
export type Broadcast = { id: string; projectId: string; name: string; listId: string; channelId: string; message: { type: ("text" | "template" | "media"); content: string; variables?: Record<string, string> | undefined; mediaUrl?: string | undefined }; ratePerMinute: number; status: ("draft" | "scheduled" | "running" | "paused" | "completed" | "failed" | "cancelled"); scheduledAt: (string | null); startedAt: (string | null); pausedAt: (string | null); endedAt: (string | null); failureReason: (string | null); createdAt: string; sequence: number; erased: boolean };
export type BroadcastPage = { data: (Broadcast)[]; nextCursor: (string | null) };
export type BroadcastAudience = { total: number; sendable: number; skipped: Record<string, number>; minutes: number; estimatedEndAt: (string | null); passedOver: ({ contactId: string; reason: string })[] };
export type BroadcastRecipients = { data: (BroadcastRecipient)[]; nextCursor: (string | null); counts: { total: number; pending: number; sending: number; sent: number; failed: number; skipped: number } };
export type BroadcastRecipient = { id: string; contactId: string; status: ("pending" | "sending" | "sent" | "failed" | "skipped"); reason: (string | null); messageId: (string | null); attempt: number; notBefore: (string | null); mayHaveArrived: boolean; begunAt: (string | null); settledAt: (string | null); createdAt: string };
export type BroadcastProgress = { approval: ({ state: ("awaited" | "approved" | "refused"); recipients: number; askedAt: string; until: string; decidedAt: (string | null); by: (string | null); note: (string | null) } | null); status: ("draft" | "scheduled" | "running" | "paused" | "completed" | "failed" | "cancelled"); counts: { total: number; pending: number; sending: number; sent: number; failed: number; skipped: number }; done: number; estimatedEndAt: (string | null) };
export type BroadcastDecided = { broadcastId: string; decision: ("approved" | "refused") };
export type Sequence = { id: string; projectId: string; name: string; description: (string | null); channelId: (string | null); trigger: ({ type: "manual" } | { type: "tag_added"; tag: string } | { type: "list_joined"; listId: string } | { type: "form_submit"; formId: string } | { type: "pipeline_entered"; pipelineId: string }); exitOnReply: boolean; reEntry: boolean; status: ("draft" | "active" | "paused" | "archived"); steps: ({ stepId: string; delay: { amount: number; unit: ("minutes" | "hours" | "days") }; conditions: (({ type: "tag"; operator: ("has" | "has_not"); tag: string } | { type: "custom_field"; field: string; operator: ("equals" | "not_equals" | "contains" | "greater_than" | "less_than" | "is_set" | "is_not_set"); value?: string | undefined } | { type: "pipeline_status"; operator: ("is" | "is_not"); pipelineId: string; statusId: string } | { type: "last_activity"; operator: ("within" | "not_within"); days: number }))[]; message: { type: ("text" | "template" | "media"); content: string; variables?: Record<string, string> | undefined; mediaUrl?: string | undefined }; stepType: ("text" | "template" | "media") })[]; createdAt: string; activatedAt: (string | null); archivedAt: (string | null); sequence: number; erased: boolean };
export type SequencePage = { data: (Sequence)[]; nextCursor: (string | null) };
export type Enrolled = { enrolled: ({ id: string; contactId: string; nextScheduledAt: (string | null) })[]; skipped: ({ contactId: string; rule: ("already_enrolled" | "enrolled_before") })[] };
export type SequenceEnrollmentPage = { data: (SequenceEnrollment)[]; nextCursor: (string | null) };
export type SequenceEnrollment = { id: string; projectId: string; contactId: string; status: ("active" | "paused" | "completed" | "exited"); currentStepOrder: number; nextScheduledAt: (string | null); pausedAt: (string | null); completedAt: (string | null); exitedAt: (string | null); exitReason: (string | null); createdAt: string; sequence: number; erased: boolean; sequenceId: string; steps: ({ stepId: string; delay: { amount: number; unit: ("minutes" | "hours" | "days") }; conditions: (({ type: "tag"; operator: ("has" | "has_not"); tag: string } | { type: "custom_field"; field: string; operator: ("equals" | "not_equals" | "contains" | "greater_than" | "less_than" | "is_set" | "is_not_set"); value?: string | undefined } | { type: "pipeline_status"; operator: ("is" | "is_not"); pipelineId: string; statusId: string } | { type: "last_activity"; operator: ("within" | "not_within"); days: number }))[]; message: { type: ("text" | "template" | "media"); content: string; variables?: Record<string, string> | undefined; mediaUrl?: string | undefined }; stepType: ("text" | "template" | "media") })[] };
export type Campaign = { id: string; projectId: string; name: string; description: (string | null); goalType: ("reach_contacts" | "conversions" | "engagement"); goalValue: (number | null); reEntry: boolean; exitOnReply: boolean; status: ("draft" | "scheduled" | "active" | "paused" | "completed" | "archived"); steps: (({ stepId: string; stepType: "broadcast"; broadcastId: string } | { stepId: string; stepType: "sequence"; sequenceId: string } | { stepId: string; stepType: "delay"; delay: { amount: number; unit: ("minutes" | "hours" | "days") } } | { stepId: string; stepType: "condition"; condition: ({ type: "tag"; operator: ("has" | "has_not"); tag: string } | { type: "custom_field"; field: string; operator: ("equals" | "not_equals" | "contains" | "greater_than" | "less_than" | "is_set" | "is_not_set"); value?: string | undefined } | { type: "pipeline_status"; operator: ("is" | "is_not"); pipelineId: string; statusId: string } | { type: "last_activity"; operator: ("within" | "not_within"); days: number }); elseStepId?: string | undefined } | { stepId: string; stepType: "wait"; waitFor: ("reply" | "click" | "open"); timeoutHours: number; timeoutStepId?: string | undefined }))[]; startDate: (string | null); createdAt: string; activatedAt: (string | null); pausedAt: (string | null); completedAt: (string | null); archivedAt: (string | null); sequence: number; erased: boolean };
export type CampaignPage = { data: (Campaign)[]; nextCursor: (string | null) };
export type CampaignChanges = { from: (string | null); to: string; fromSequence: number; toSequence: number; erased: boolean; fields: ({ field: string; before?: unknown | undefined; after?: unknown | undefined })[]; events: ({ id: string; sequence: number; type: string; version: number; data: Record<string, unknown>; occurredAt: string; causationId: string; correlationId: string; erased: boolean })[]; nextCursor: (string | null) };
export type CampaignEnrollmentPage = { data: (CampaignEnrollment)[]; nextCursor: (string | null) };
export type CampaignEnrollment = { id: string; projectId: string; contactId: string; status: ("active" | "paused" | "completed" | "exited"); currentStepOrder: number; nextScheduledAt: (string | null); pausedAt: (string | null); completedAt: (string | null); exitedAt: (string | null); exitReason: (string | null); createdAt: string; sequence: number; erased: boolean; campaignId: string; steps: (({ stepId: string; stepType: "broadcast"; broadcastId: string } | { stepId: string; stepType: "sequence"; sequenceId: string } | { stepId: string; stepType: "delay"; delay: { amount: number; unit: ("minutes" | "hours" | "days") } } | { stepId: string; stepType: "condition"; condition: ({ type: "tag"; operator: ("has" | "has_not"); tag: string } | { type: "custom_field"; field: string; operator: ("equals" | "not_equals" | "contains" | "greater_than" | "less_than" | "is_set" | "is_not_set"); value?: string | undefined } | { type: "pipeline_status"; operator: ("is" | "is_not"); pipelineId: string; statusId: string } | { type: "last_activity"; operator: ("within" | "not_within"); days: number }); elseStepId?: string | undefined } | { stepId: string; stepType: "wait"; waitFor: ("reply" | "click" | "open"); timeoutHours: number; timeoutStepId?: string | undefined }))[] };
export type SessionAnalytics = { from: string; to: string; groupBy: ("agent" | "channel" | "day"); timezone: string; total: SessionTotals; groups: ({ key: (string | null); sessions: number; open: number; ended: number; resolved: number; escalated: number; abandoned: number; waiting: number; messages: number; contactMessages: number; ownMessages: number; durationSeconds: { count: number; average: (number | null); median: (number | null); p90: (number | null) }; firstResponseSeconds: { count: number; average: (number | null); median: (number | null); p90: (number | null) }; responseSeconds: { count: number; average: (number | null) } })[] };
export type SessionTotals = { sessions: number; open: number; ended: number; resolved: number; escalated: number; abandoned: number; waiting: number; messages: number; contactMessages: number; ownMessages: number; durationSeconds: { count: number; average: (number | null); median: (number | null); p90: (number | null) }; firstResponseSeconds: { count: number; average: (number | null); median: (number | null); p90: (number | null) }; responseSeconds: { count: number; average: (number | null) } };
export type CampaignResults = { campaignId: string; audience: number; enrolled: number; active: number; paused: number; completed: number; exited: number; exitReasons: ({ reason: string; count: number })[]; messages: { total: number; queued: number; sent: number; delivered: number; read: number; failed: number; replied: number }; goal: { type: ("reach_contacts" | "conversions" | "engagement"); target: (number | null); reached: number; share: (number | null) } };
export type Automation = { id: string; projectId: string; pipelineId: string; name: string; enabled: boolean; trigger: ({ type: "session.ended"; channelIds?: (string)[] | undefined } | { type: "session.timeout"; channelIds?: (string)[] | undefined } | { type: "session.resolved"; channelIds?: (string)[] | undefined } | { type: "session.escalated"; channelIds?: (string)[] | undefined } | { type: "message.received"; channelIds?: (string)[] | undefined } | { type: "status.changed"; fromStatusId?: string | undefined; toStatusId?: string | undefined } | { type: "stage.completed"; statusId?: string | undefined } | { type: "no_response.timeout"; minutes: number; of: ("contact" | "agent"); channelIds?: (string)[] | undefined } | { type: "after.delay"; minutes: number; after: ("session.ended" | "session.resolved" | "session.escalated" | "message.received" | "status.changed") } | { type: "scheduled"; hour: number; minute: number; weekdays: (number)[]; timezone: string }); rules: ({ ruleId: string; name: string; match?: ("all" | "any") | undefined; conditions?: ({ field: (("contact.name" | "contact.phone" | "contact.email" | "contact.tags" | "contact.language" | "contact.timezone" | "contact.sourceChannel" | "contact.interactionCount" | "contact.pipelineStatusId" | "session.status" | "session.endReason" | "session.agentId" | "session.messageCount" | "session.contactMessageCount" | "session.ownMessageCount" | "session.sentiment" | "message.text" | "message.type" | "message.source" | "channel.id" | "channel.type") | string); operator: ("equals" | "not_equals" | "contains" | "not_contains" | "starts_with" | "in" | "not_in" | "exists" | "not_exists" | "greater_than" | "at_least" | "less_than" | "at_most"); value?: (string | number | (string)[]) | undefined })[] | undefined; actions: (({ type: "send_message"; params: { text: string; channelId?: string | undefined } } | { type: "send_template"; params: { templateName: string; language?: string | undefined; content?: string | undefined; variables?: Record<string, string> | undefined; channelId?: string | undefined } } | { type: "change_pipeline_status"; params: { statusId: string } } | { type: "assign_agent"; params: { agentId: string } } | { type: "create_task"; params: { title: string; agentId?: string | undefined; dueInMinutes?: number | undefined } } | { type: "add_tag"; params: { tag: string } } | { type: "remove_tag"; params: { tag: string } } | { type: "update_custom_field"; params: { key: string; value: (string | number | boolean) } } | { type: "create_note"; params: { text: string } } | { type: "send_webhook"; params: { subscriptionId: string } } | { type: "trigger_workflow"; params: { workflow: ("sequence" | "campaign"); workflowId: string } } | { type: "notify_agent"; params: { text: string; agentId?: string | undefined } }))[] })[]; enabledAt: (string | null); disabledAt: (string | null); createdAt: string; sequence: number };
export type AutomationPage = { data: (Automation)[]; nextCursor: (string | null) };
export type AutomationRunPage = { data: (AutomationRun)[]; nextCursor: (string | null) };
export type AutomationRun = { id: string; automationId: string; ruleId: string; contactId: (string | null); sessionId: (string | null); triggerType: ("session.ended" | "session.timeout" | "session.resolved" | "session.escalated" | "message.received" | "status.changed" | "stage.completed" | "no_response.timeout" | "after.delay" | "scheduled"); triggeringEventId: string; status: ("triggered" | "executed" | "failed"); actions: (({ type: "send_message"; params: { text: string; channelId?: string | undefined } } | { type: "send_template"; params: { templateName: string; language?: string | undefined; content?: string | undefined; variables?: Record<string, string> | undefined; channelId?: string | undefined } } | { type: "change_pipeline_status"; params: { statusId: string } } | { type: "assign_agent"; params: { agentId: string } } | { type: "create_task"; params: { title: string; agentId?: string | undefined; dueInMinutes?: number | undefined } } | { type: "add_tag"; params: { tag: string } } | { type: "remove_tag"; params: { tag: string } } | { type: "update_custom_field"; params: { key: string; value: (string | number | boolean) } } | { type: "create_note"; params: { text: string } } | { type: "send_webhook"; params: { subscriptionId: string } } | { type: "trigger_workflow"; params: { workflow: ("sequence" | "campaign"); workflowId: string } } | { type: "notify_agent"; params: { text: string; agentId?: string | undefined } }))[]; chain: (string)[]; failedAction: (string | null); failureReason: (string | null); executedAt: (string | null); failedAt: (string | null); createdAt: string; sequence: number };
export type AutomationWaitPage = { data: (AutomationWait)[]; nextCursor: (string | null) };
export type AutomationWait = { id: string; automationId: string; eventId: string; contactId: (string | null); sessionId: (string | null); channelId: (string | null); beganAt: string; dueAt: string; endedAt: (string | null); outcome: (string | null) };
export type AutomationExplanation = { automationId: string; eventId: string; waitsUntil: (string | null); recorded: boolean; rules: ({ ruleId: string; ruleName: (string | null); fires: boolean; reason: ("conditions_met" | "conditions_not_met" | "disabled" | "waits_for_timers" | "answered" | "overtaken" | "not_sent" | "session_closed" | "left" | "enabled_later" | "other_trigger" | "not_meant" | "other_project" | "other_pipeline" | "imported" | "caused_by_itself" | "chain_too_deep"); explanation: string; conditions: ({ field: (("contact.name" | "contact.phone" | "contact.email" | "contact.tags" | "contact.language" | "contact.timezone" | "contact.sourceChannel" | "contact.interactionCount" | "contact.pipelineStatusId" | "session.status" | "session.endReason" | "session.agentId" | "session.messageCount" | "session.contactMessageCount" | "session.ownMessageCount" | "session.sentiment" | "message.text" | "message.type" | "message.source" | "channel.id" | "channel.type") | string); operator: ("equals" | "not_equals" | "contains" | "not_contains" | "starts_with" | "in" | "not_in" | "exists" | "not_exists" | "greater_than" | "at_least" | "less_than" | "at_most"); value?: (string | number | (string)[]) | undefined; met: boolean; actual?: (string | number | (string)[] | null) | undefined })[]; runId: (string | null) })[] };
export type SagaPage = { data: (Saga)[]; nextCursor: (string | null) };
export type Saga = { correlationId: string; sagaType: string; state: ("running" | "paused" | "stuck" | "compensating" | "completed" | "compensated" | "failed"); step: (string | null); stepNumber: number; reason: (string | null); workflowId: string; runId: (string | null); subjects: Record<string, unknown>; startedAt: string; updatedAt: string; endedAt: (string | null); links: Record<string, string> };
export type SagaDetails = { correlationId: string; sagaType: string; state: ("running" | "paused" | "stuck" | "compensating" | "completed" | "compensated" | "failed"); step: (string | null); stepNumber: number; reason: (string | null); workflowId: string; runId: (string | null); subjects: Record<string, unknown>; startedAt: string; updatedAt: string; endedAt: (string | null); steps: ({ step: string; stepNumber: number; state: ("done" | "undone" | "forbidden" | "skipped"); doneAt: string; undoneAt: (string | null) })[]; undos: ({ step: string; stepNumber: number; state: ("done" | "undone" | "forbidden" | "skipped"); doneAt: string; undoneAt: (string | null) })[]; events: ({ id: string; type: string; aggregateType: string; aggregateId: string; sequence: number; sagaStep: (string | null); stepNumber: (number | null); status: string; createdAt: string })[]; live: ({ state: ("running" | "paused" | "stuck" | "compensating" | "completed" | "compensated" | "failed"); step: (string | null); stepsDone: (string)[]; undosDone: (string)[]; undosOpen: (string)[]; lastError: ({ code: string; message: string; step: string } | null); signals: (string)[]; deadlineAt: string } | null); liveError: (string | null); links: Record<string, string> };
export type SignalledSaga = { correlationId: string; workflowId: string; signal: string; links: Record<string, string> };
export type OutboxEventPage = { data: (OutboxEvent)[]; nextCursor: (string | null) };
export type OutboxEvent = { id: string; type: string; version: string; aggregateType: string; aggregateId: string; sequence: number; correlationId: string; causationId: (string | null); saga: ({ correlationId: string; sagaType: string; sagaStep: string; stepNumber: number } | null); data: Record<string, unknown>; status: ("pending" | "processed" | "failed" | "discarded"); retryCount: number; lastError: (string | null); createdAt: string; processedAt: (string | null); erased: boolean };
export type OutboxCounts = { pending: number; waiting: number; discarding: number; failed: number; discarded: number; oldestPendingAt: (string | null) };
export type OutboxEntryPage = { data: (OutboxEntry)[]; nextCursor: (string | null) };
export type OutboxEntry = { eventId: string; type: string; aggregateType: string; aggregateId: string; sequence: number; status: ("pending" | "processed" | "failed" | "discarded"); tries: number; lastError: (string | null); lastTryAt: (string | null); nextTryAt: (string | null); correlationId: string; createdAt: string; processedAt: (string | null); discardNote: (string | null) };
export type ExplainedEvent = { eventId: string; type: string; aggregateType: string; aggregateId: string; sequence: number; status: ("pending" | "processed" | "failed" | "discarded"); tries: number; lastError: (string | null); lastTryAt: (string | null); nextTryAt: (string | null); correlationId: string; createdAt: string; processedAt: (string | null); discardNote: (string | null); explanation: string; heldBack: number };
export type RedrivenEvents = { count: number; dryRun: boolean };
export type Consumers = { data: (Consumer)[] };
export type Consumer = { name: string; ordered: boolean; eventTypes: (string)[]; paused: ({ since: string; note: (string | null) } | null); lagSeconds: number; inRetry: number; toSendAgain: number; dead: { count: number; oldestAt: (string | null) }; parked: { aggregates: number; events: number; oldestAt: (string | null) }; rebuildRefusal: (string | null); queue: ConsumerQueue; queueUnknown: (string | null) };
export type ConsumerQueue = ({ name: string; ready: number; unacked: (number | null); subscribers: number; deadQueue: string; deadReady: number; lookedAt: string } | null);
export type ConsumerDetail = { name: string; ordered: boolean; eventTypes: (string)[]; paused: ({ since: string; note: (string | null) } | null); lagSeconds: number; inRetry: number; toSendAgain: number; dead: { count: number; oldestAt: (string | null) }; parked: { aggregates: number; events: number; oldestAt: (string | null) }; rebuildRefusal: (string | null); queue: ConsumerQueue; queueUnknown: (string | null); parkedAggregates: (ParkedAggregate)[]; requests: (ConsumerRequest)[] };
export type ParkedAggregate = { aggregateId: string; events: number; since: string; waitsForSequence: number; waitsForEvent: (string | null); why: string };
export type ConsumerRequest = { id: string; kind: ("replay" | "rebuild"); state: ("waiting" | "clearing" | "sending" | "settling" | "comparing" | "sweeping" | "done" | "failed" | "cancelled"); from: (string | null); to: (string | null); types: ((string)[] | null); total: number; cleared: number; sent: number; settled: number; compared: number; changed: number; onlyCompares: boolean; lastError: (string | null); requestedAt: string; startedAt: (string | null); endedAt: (string | null) };
export type DeadLetterPage = { data: (DeadLetter)[]; nextCursor: (string | null) };
export type DeadLetter = { eventId: string; type: string; aggregateId: string; attempts: number; reason: string; firstFailedAt: string; deadAt: string; inLog: boolean };
export type ExplainedDeadLetter = { eventId: string; type: string; aggregateId: string; attempts: number; reason: string; firstFailedAt: string; deadAt: string; inLog: boolean; heldBack: number; explanation: string };
export type RedrivenDeadLetters = { count: number; gone: number; dryRun: boolean };
export type ReplayEstimate = { count: number; missing: number; dryRun: boolean; request: (ConsumerRequest) & ((Record<string, unknown> | null)) };
export type RebuildEstimate = { count: number; missing: number; lost: number; logBegins: (string | null); dryRun: boolean; request: (ConsumerRequest) & ((Record<string, unknown> | null)) };
export type RetiredConsumer = { dead: number; parked: number; waiting: number; dryRun: boolean };
export type RawWebhookPage = { data: (RawWebhook)[]; nextCursor: (string | null) };
export type RawWebhook = { id: string; channelId: string; arrival: number; gatewayEventId: string; eventName: string; kind: string; messageKey: (string | null); status: ("stored" | "started" | "waiting" | "processed" | "duplicate" | "ignored" | "compensated" | "failed"); workflowId: (string | null); runNumber: number; attempts: number; lastError: (string | null); contactId: (string | null); hasBody: boolean; receivedAt: string; settledAt: (string | null) };
export type RawWebhookWithBody = { id: string; channelId: string; arrival: number; gatewayEventId: string; eventName: string; kind: string; messageKey: (string | null); status: ("stored" | "started" | "waiting" | "processed" | "duplicate" | "ignored" | "compensated" | "failed"); workflowId: (string | null); runNumber: number; attempts: number; lastError: (string | null); contactId: (string | null); hasBody: boolean; receivedAt: string; settledAt: (string | null); body: (string | null) };
export type ReplayedWebhook = { id: string; outcome: ("queued" | "pending" | "unchanged"); status: ("stored" | "started" | "waiting" | "processed" | "duplicate" | "ignored" | "compensated" | "failed"); runNumber: number; kind: string; eventName: string; reason: (string | null) };
export type Credential = { id: string; projectId: (string | null); credentialType: ("api_key" | "basic_auth" | "bearer_token" | "oauth"); name: string; status: ("active" | "inactive" | "expired"); secretNames: (("apiKey" | "username" | "password" | "token" | "accessToken" | "refreshToken" | "clientId" | "clientSecret" | "tokenUrl"))[]; expiresAt: (string | null); refreshedAt: (string | null); lastUsedAt: (string | null); createdAt: string; sequence: number };
export type CredentialSecrets = { apiKey?: string | undefined; username?: string | undefined; password?: string | undefined; token?: string | undefined; accessToken?: string | undefined; refreshToken?: string | undefined; clientId?: string | undefined; clientSecret?: string | undefined; tokenUrl?: string | undefined };
export type CredentialPage = { data: (Credential)[]; nextCursor: (string | null) };
export type CredentialRefreshPage = { data: (CredentialRefresh)[]; nextCursor: (string | null) };
export type CredentialRefresh = { id: string; requestedAt: string; attempts: number; endedAt: (string | null); outcome: (string | null) };
export type CreatedApiKey = (ApiKey) & ({ key: string });
export type ApiKey = { id: string; name: string; prefix: string; scopes: (("read" | "write" | "send" | "operate" | "raw" | "admin" | "codec" | "installation"))[]; createdAt: string; lastUsedAt: (string | null); revokedAt: (string | null) };
export type ApiKeyPage = { data: (ApiKey)[]; nextCursor: (string | null) };

/** All things that have a name in the document. */
export type schemas = {
  Problem: Problem;
  SignIn: SignIn;
  Caller: Caller;
  ProjectMember: ProjectMember;
  Project: Project;
  ProjectPage: ProjectPage;
  InvitedProjectMember: InvitedProjectMember;
  OneTimeToken: OneTimeToken;
  ProjectMemberPage: ProjectMemberPage;
  User: User;
  UserPage: UserPage;
  CreatedAgent: CreatedAgent;
  Agent: Agent;
  AgentPage: AgentPage;
  CreatedChannel: CreatedChannel;
  Channel: Channel;
  ChannelPage: ChannelPage;
  ChannelWebhook: ChannelWebhook;
  ChannelPairing: ChannelPairing;
  ChannelPairingCode: ChannelPairingCode;
  HistoryImport: HistoryImport;
  ChannelPacing: ChannelPacing;
  ChannelType: ChannelType;
  ChannelTypePage: ChannelTypePage;
  Contact: Contact;
  ContactPage: ContactPage;
  ContactChanges: ContactChanges;
  CustomField: CustomField;
  CustomFieldPage: CustomFieldPage;
  TimelineEntryPage: TimelineEntryPage;
  TimelineEntry: TimelineEntry;
  ChatPage: ChatPage;
  Chat: Chat;
  SessionPage: SessionPage;
  Session: Session;
  SessionChanges: SessionChanges;
  SessionPolicy: SessionPolicy;
  SessionPolicyPage: SessionPolicyPage;
  AgentSession: AgentSession;
  AgentSessionPage: AgentSessionPage;
  MessagePage: MessagePage;
  Message: Message;
  QueuedMessage: QueuedMessage;
  SendMessage: SendMessage;
  EnrichmentPage: EnrichmentPage;
  Enrichment: Enrichment;
  Note: Note;
  NotePage: NotePage;
  ContactList: ContactList;
  ContactListPage: ContactListPage;
  ContactListRecalculation: ContactListRecalculation;
  ContactListRunStarted: ContactListRunStarted;
  ContactListRunPage: ContactListRunPage;
  ContactListRun: ContactListRun;
  ContactListCount: ContactListCount;
  Pipeline: Pipeline;
  PipelinePage: PipelinePage;
  PipelineChanges: PipelineChanges;
  PipelineStatus: PipelineStatus;
  PipelineStatusPage: PipelineStatusPage;
  TrackingPage: TrackingPage;
  Tracking: Tracking;
  WebhookSubscriptionWithSecret: WebhookSubscriptionWithSecret;
  WebhookSubscription: WebhookSubscription;
  WebhookSubscriptionPage: WebhookSubscriptionPage;
  WebhookDeliveryPage: WebhookDeliveryPage;
  WebhookDelivery: WebhookDelivery;
  WebhookAttemptPage: WebhookAttemptPage;
  WebhookAttempt: WebhookAttempt;
  BillingAccount: BillingAccount;
  BillingAccountPage: BillingAccountPage;
  SubscriptionPage: SubscriptionPage;
  Subscription: Subscription;
  InvoicePage: InvoicePage;
  Invoice: Invoice;
  UsageMeterPage: UsageMeterPage;
  UsageMeter: UsageMeter;
  Broadcast: Broadcast;
  BroadcastPage: BroadcastPage;
  BroadcastAudience: BroadcastAudience;
  BroadcastRecipients: BroadcastRecipients;
  BroadcastRecipient: BroadcastRecipient;
  BroadcastProgress: BroadcastProgress;
  BroadcastDecided: BroadcastDecided;
  Sequence: Sequence;
  SequencePage: SequencePage;
  Enrolled: Enrolled;
  SequenceEnrollmentPage: SequenceEnrollmentPage;
  SequenceEnrollment: SequenceEnrollment;
  Campaign: Campaign;
  CampaignPage: CampaignPage;
  CampaignChanges: CampaignChanges;
  CampaignEnrollmentPage: CampaignEnrollmentPage;
  CampaignEnrollment: CampaignEnrollment;
  SessionAnalytics: SessionAnalytics;
  SessionTotals: SessionTotals;
  CampaignResults: CampaignResults;
  Automation: Automation;
  AutomationPage: AutomationPage;
  AutomationRunPage: AutomationRunPage;
  AutomationRun: AutomationRun;
  AutomationWaitPage: AutomationWaitPage;
  AutomationWait: AutomationWait;
  AutomationExplanation: AutomationExplanation;
  SagaPage: SagaPage;
  Saga: Saga;
  SagaDetails: SagaDetails;
  SignalledSaga: SignalledSaga;
  OutboxEventPage: OutboxEventPage;
  OutboxEvent: OutboxEvent;
  OutboxCounts: OutboxCounts;
  OutboxEntryPage: OutboxEntryPage;
  OutboxEntry: OutboxEntry;
  ExplainedEvent: ExplainedEvent;
  RedrivenEvents: RedrivenEvents;
  Consumers: Consumers;
  Consumer: Consumer;
  ConsumerQueue: ConsumerQueue;
  ConsumerDetail: ConsumerDetail;
  ParkedAggregate: ParkedAggregate;
  ConsumerRequest: ConsumerRequest;
  DeadLetterPage: DeadLetterPage;
  DeadLetter: DeadLetter;
  ExplainedDeadLetter: ExplainedDeadLetter;
  RedrivenDeadLetters: RedrivenDeadLetters;
  ReplayEstimate: ReplayEstimate;
  RebuildEstimate: RebuildEstimate;
  RetiredConsumer: RetiredConsumer;
  RawWebhookPage: RawWebhookPage;
  RawWebhook: RawWebhook;
  RawWebhookWithBody: RawWebhookWithBody;
  ReplayedWebhook: ReplayedWebhook;
  Credential: Credential;
  CredentialSecrets: CredentialSecrets;
  CredentialPage: CredentialPage;
  CredentialRefreshPage: CredentialRefreshPage;
  CredentialRefresh: CredentialRefresh;
  CreatedApiKey: CreatedApiKey;
  ApiKey: ApiKey;
  ApiKeyPage: ApiKeyPage;
};

/** All calls. */
export type paths = {
  '/v1/webhooks/waha/{channelId}': {
    /** Takes a WAHA gateway's event */
    post: {
      parameters: { path: { channelId: string }; header?: { 'X-Webhook-Hmac'?: string | undefined; 'X-Webhook-Hmac-Algorithm'?: "sha512" | undefined }; };
      requestBody: { content: { 'application/json': ({ event: string } & Record<string, unknown>) } };
      responses: { 200: { content: { 'application/json': { id: string; status: ("stored" | "ignored") } } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sign-in': {
    /** Signs an agent in with its e-mail address and password */
    post: {
      parameters: { };
      requestBody: { content: { 'application/json': { tenantId: string; email: string; password: string } } };
      responses: { 200: { content: { 'application/json': SignIn } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sign-in/refresh': {
    /** Gives new tokens for a refresh token; the ones before are void */
    post: {
      parameters: { };
      requestBody: { content: { 'application/json': { refreshToken: string } } };
      responses: { 200: { content: { 'application/json': SignIn } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sign-out': {
    /** Ends the sign-in: its tokens are dead at once */
    post: {
      parameters: { };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/set-password': {
    /** Sets a password by a one-time token */
    post: {
      parameters: { };
      requestBody: { content: { 'application/json': { token: string; password: string } } };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/me/password': {
    /** Changes the own password; all other sign-ins end */
    post: {
      parameters: { };
      requestBody: { content: { 'application/json': { currentPassword: string; newPassword: string } } };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/me': {
    /** Says who calls, and what the caller may do */
    get: {
      parameters: { };
      responses: { 200: { content: { 'application/json': Caller } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/project-members/accept': {
    /** Accepts an invitation into a project */
    post: {
      parameters: { };
      requestBody: { content: { 'application/json': { token: string; name?: string | undefined; password?: string | undefined } } };
      responses: { 200: { content: { 'application/json': ProjectMember } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/projects': {
    /** Creates a project */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name: string; userId?: string | undefined; billingAccountId?: string | undefined } } };
      responses: { 201: { content: { 'application/json': Project } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists projects, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ProjectPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/projects/{id}': {
    /** Reads one project */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Project } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/project-members': {
    /** Invites somebody into a project */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; email?: string | undefined; agentId?: string | undefined; role: ("owner" | "admin" | "member" | "viewer") } } };
      responses: { 201: { content: { 'application/json': InvitedProjectMember } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists project members, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; agentId?: string | undefined; role?: ("owner" | "admin" | "member" | "viewer") | undefined; accepted?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': ProjectMemberPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/project-members/{id}': {
    /** Reads one project member */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ProjectMember } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Makes a member something else in the project; the last owner stays one */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { role: ("owner" | "admin" | "member" | "viewer") } } };
      responses: { 200: { content: { 'application/json': ProjectMember } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Takes a member out of the project, or withdraws the invitation; the last owner stays */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/project-members/{id}/invitation': {
    /** Gives a new token to somebody who has not accepted yet; the one before is void */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 201: { content: { 'application/json': OneTimeToken } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/users': {
    /** Adds a user */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name: string; email: string } } };
      responses: { 201: { content: { 'application/json': User } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists users, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; email?: string | undefined }; };
      responses: { 200: { content: { 'application/json': UserPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/users/{id}': {
    /** Reads one user */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': User } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes fields of a user; those left out stay */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; email?: string | undefined } } };
      responses: { 200: { content: { 'application/json': User } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a user; its projects stay */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents': {
    /** Adds an agent */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; email?: string | undefined; type: ("human" | "ai" | "bot"); role: ("admin" | "supervisor" | "agent" | "viewer"); permissions?: (("read" | "write" | "send" | "operate" | "raw" | "admin"))[] | undefined } } };
      responses: { 201: { content: { 'application/json': CreatedAgent } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists agents, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; status?: ("active" | "inactive") | undefined; type?: ("human" | "ai" | "bot") | undefined; email?: string | undefined }; };
      responses: { 200: { content: { 'application/json': AgentPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents/{id}': {
    /** Reads one agent */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Agent } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes fields of an agent; those left out stay, and so do its permissions */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; email?: string | undefined; role?: ("admin" | "supervisor" | "agent" | "viewer") | undefined } } };
      responses: { 200: { content: { 'application/json': Agent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents/{id}/activate': {
    /** Lets a deactivated agent work again; it has to sign in anew */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Agent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents/{id}/deactivate': {
    /** Ends an agent’s work: its tokens are dead at once, and it leaves its sessions */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Agent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents/{id}/permissions': {
    /** Lets an agent do more, at once; nobody can give what they lack themselves */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { permission: ("read" | "write" | "send" | "operate" | "raw" | "admin") } } };
      responses: { 200: { content: { 'application/json': Agent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents/{id}/permissions/{permission}': {
    /** Lets an agent do less, at once */
    delete: {
      parameters: { path: { id: string; permission: ("read" | "write" | "send" | "operate" | "raw" | "admin") }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Agent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agents/{id}/password-token': {
    /** Gives a token by which an agent sets a new password, shown this once */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 201: { content: { 'application/json': OneTimeToken } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels': {
    /** Creates a channel and the address and secret of its webhook */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; type: ("waha" | "whatsapp_business" | "whatsapp" | "messenger" | "instagram" | "telegram" | "wechat" | "twilio_sms" | "web_form"); externalId?: string | undefined; messageGrouping?: { enabled: boolean; debounceMs: number; maxWaitMs: number } | undefined; aiProcessing?: boolean | undefined } } };
      responses: { 201: { content: { 'application/json': CreatedChannel } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists channels, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; status?: ("inactive" | "activating" | "connecting" | "active" | "disconnected" | "error") | undefined; type?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ChannelPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}': {
    /** Reads one channel */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a channel: its webhook is refused from then on, its messages stay */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/activate': {
    /** Asks for a channel to be connected */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/deactivate': {
    /** Switches a channel off */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/enable-history-import': {
    /** Allows a channel to import what was exchanged before it was connected */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { agentId?: string | undefined } } };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/import-history': {
    /** Asks for an import of earlier messages; one at a time */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { strategy: ("all" | "recent" | "time_range" | "new_only"); timeRangeDays?: number | undefined; limit?: number | undefined; sessionGapMinutes?: number | undefined; requestsPerMinute?: number | undefined; automations?: boolean | undefined; webhooks?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/associate-pipeline': {
    /** Leads contacts who write on the channel into a pipeline, in place of the one before */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { pipelineId: string } } };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/disassociate-pipeline': {
    /** Leads contacts into no pipeline any more */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Channel } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/rotate-secret': {
    /** Makes a new webhook secret; the old one is refused within 2 s */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ChannelWebhook } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/pairing': {
    /** Shows what a person who pairs the channel has to do now, the QR code first of all */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ChannelPairing } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/pairing/stream': {
    /** Streams the pairing as it goes on, with each new QR code */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'text/event-stream': string } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/pairing/code': {
    /** Asks for a code to type on the phone, in place of scanning the QR code */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { phoneNumber: string } } };
      responses: { 200: { content: { 'application/json': ChannelPairingCode } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/pairing/passkey': {
    /** Hands over the passkey's answer to the challenge */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { id: string; rawId: string; type: "public-key"; response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string | undefined } } } };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/pairing/passkey/confirm': {
    /** Says that the confirmation code is the same as the phone's */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/history-import': {
    /** Tells how far the latest import of the channel is, how fast, and when it will be through */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': HistoryImport } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/history-import/stream': {
    /** Streams the import as it goes on */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'text/event-stream': string } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/history-import/pause': {
    /** Pauses the import; the page that is under way is finished */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': HistoryImport } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/history-import/resume': {
    /** Goes on with a paused import where it stood */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': HistoryImport } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/history-import/cancel': {
    /** Gives the import up and takes back what it made */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': HistoryImport } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channels/{id}/pacing': {
    /** Reads how fast the channel's number sends broadcasts */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ChannelPacing } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Sets how fast the channel's number sends broadcasts; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { ratePerMinute?: number | undefined; jitter?: number | undefined; dailyLimit?: (number | null) | undefined; warmUp?: ({ firstDay: number; growth: number } | null) | undefined; quietHours?: ({ from: string; to: string; timeZone: string } | null) | undefined } } };
      responses: { 200: { content: { 'application/json': ChannelPacing } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channel-types': {
    /** Creates a channel type; without provider and capabilities it has the usual ones */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name: ("waha" | "whatsapp_business" | "whatsapp" | "messenger" | "instagram" | "telegram" | "wechat" | "twilio_sms" | "web_form"); provider?: string | undefined; capabilities?: (("text" | "media" | "voice" | "location" | "contact_cards" | "stickers" | "templates" | "groups" | "reactions" | "edits" | "delivery_receipts" | "read_receipts" | "history_import" | "labels"))[] | undefined } } };
      responses: { 201: { content: { 'application/json': ChannelType } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists channel types, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; name?: ("waha" | "whatsapp_business" | "whatsapp" | "messenger" | "instagram" | "telegram" | "wechat" | "twilio_sms" | "web_form") | undefined }; };
      responses: { 200: { content: { 'application/json': ChannelTypePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/channel-types/{id}': {
    /** Reads one channel type */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ChannelType } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes provider or capabilities */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { provider?: string | undefined; capabilities?: (("text" | "media" | "voice" | "location" | "contact_cards" | "stickers" | "templates" | "groups" | "reactions" | "edits" | "delivery_receipts" | "read_receipts" | "history_import" | "labels"))[] | undefined } } };
      responses: { 200: { content: { 'application/json': ChannelType } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts': {
    /** Creates a contact */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; givenName?: string | undefined; familyName?: string | undefined; phone?: string | undefined; email?: string | undefined; language?: string | undefined; timezone?: string | undefined; tags?: (string)[] | undefined } } };
      responses: { 201: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists contacts, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; phone?: string | undefined; email?: string | undefined; tag?: string | undefined; pipelineId?: string | undefined; statusId?: string | undefined; optedOut?: ("true" | "false") | undefined; anonymized?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': ContactPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}': {
    /** Reads one contact */
    get: {
      parameters: { path: { id: string }; query?: { asOf?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes fields of a contact; those left out stay, null empties one */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; email?: (string | null) | undefined; phone?: (string | null) | undefined; language?: (string | null) | undefined; timezone?: (string | null) | undefined; profilePictureUrl?: (string | null) | undefined } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a contact; what happened stays in the log */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/changes': {
    /** Tells what changed of one contact between two moments */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; from?: string | undefined; to?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ContactChanges } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/tags': {
    /** Adds a tag; one that is there already stays */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { tag: string } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Removes all tags */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/tags/{tag}': {
    /** Removes a tag; one that is not there is no error */
    delete: {
      parameters: { path: { id: string; tag: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/external-ids': {
    /** Says under which id another system knows the contact */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { externalId: string; source: string } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/remove-external-id': {
    /** Forgets under which id another system knows the contact; one that is not there is no error */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { externalId: string; source: string } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/source-channel': {
    /** Says through which channel the contact first came */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { channelId: string } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/custom-fields': {
    /** Sets values of custom fields; those left out stay, null takes one away */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { customFields: Record<string, (string | number | boolean | null)> } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/enrich': {
    /** Keeps what an outside source knows of the contact */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { enrichmentSource: string; enrichedData: Record<string, unknown> } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/opt-out': {
    /** Notes that the contact wants no more messages, on one channel or on any */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { channelId?: string | undefined; reason: string } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/opt-in': {
    /** Notes that the contact wants messages again, on one channel or on all */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { channelId?: string | undefined } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/enter-pipeline': {
    /** Puts the contact into a pipeline */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { pipelineId: string; statusId?: string | undefined } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/move-status': {
    /** Moves the contact to another status of a pipeline it is in */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { pipelineId: string; statusId: string; reason?: string | undefined } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/exit-pipeline': {
    /** Takes the contact out of a pipeline */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { pipelineId: string; reason: string } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/qualify': {
    /** Notes how the contact was assessed as a lead of a pipeline it is in */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { pipelineId: string; score: number; qualified: boolean; answers: Record<string, unknown>; confidence: number; reasons: (string)[] } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/merge': {
    /** Merges other contacts into this one */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { contactIds: (string)[]; strategy: ("keep_primary" | "keep_newest" | "union") } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/unmerge': {
    /** Undoes the last merge into this contact */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/anonymize': {
    /** Destroys everything personal of a contact, for good */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { requestedBy?: string | undefined } } };
      responses: { 200: { content: { 'application/json': Contact } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/custom-fields': {
    /** Gives the contacts of a project a further field */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; key: string; label: string; type: ("text" | "number" | "date" | "boolean" | "select"); options?: (string)[] | undefined } } };
      responses: { 201: { content: { 'application/json': CustomField } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists custom fields, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; key?: string | undefined; type?: ("text" | "number" | "date" | "boolean" | "select") | undefined }; };
      responses: { 200: { content: { 'application/json': CustomFieldPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/custom-fields/{id}': {
    /** Reads one custom field */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': CustomField } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes label or options; what contacts have stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { label?: string | undefined; options?: (string)[] | undefined } } };
      responses: { 200: { content: { 'application/json': CustomField } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a custom field; what contacts have in it stays until it is taken away */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/timeline': {
    /** Lists a contact's timeline, with that of contacts merged into it, the latest first */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; category?: ("lifecycle" | "profile" | "tags" | "engagement" | "pipeline" | "tracking" | "enrichment" | "message" | "session" | "note" | "campaign") | undefined }; };
      responses: { 200: { content: { 'application/json': TimelineEntryPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contacts/{id}/timeline/stream': {
    /** Streams a contact's timeline as it grows */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'text/event-stream': string } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/chats': {
    /** Lists chats, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; channelId?: string | undefined; contactId?: string | undefined; status?: ("active" | "archived" | "closed") | undefined }; };
      responses: { 200: { content: { 'application/json': ChatPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/chats/{id}': {
    /** Reads one chat */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Chat } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/chats/{id}/archive': {
    /** Puts a chat away */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Chat } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/chats/{id}/unarchive': {
    /** Takes a chat out again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Chat } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/chats/{id}/close': {
    /** Closes a chat for good */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Chat } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions': {
    /** Lists sessions, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; contactId?: string | undefined; channelId?: string | undefined; status?: ("active" | "ended" | "expired" | "manually_closed") | undefined; agentId?: string | undefined; assigned?: ("true" | "false") | undefined; resolved?: ("true" | "false") | undefined; escalated?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': SessionPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}': {
    /** Reads one session */
    get: {
      parameters: { path: { id: string }; query?: { asOf?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Session } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}/changes': {
    /** Tells what changed of one session between two moments */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; from?: string | undefined; to?: string | undefined }; };
      responses: { 200: { content: { 'application/json': SessionChanges } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}/close': {
    /** Ends a session */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { reason: ("manual_close" | "agent_close" | "contact_request") } } };
      responses: { 200: { content: { 'application/json': Session } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}/resolve': {
    /** Notes that what the session was about is settled */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Session } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}/escalate': {
    /** Notes that the session needs someone with more say */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Session } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}/summarize': {
    /** Notes what the session was about and how the contact sounded, in place of an earlier summary */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { summary: string; sentiment: ("positive" | "neutral" | "negative" | "mixed"); sentimentScore: number } } };
      responses: { 200: { content: { 'application/json': Session } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sessions/{id}/assign': {
    /** Gives a session to an active agent */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { agentId: string } } };
      responses: { 200: { content: { 'application/json': Session } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/session-policies': {
    /** Says what time does to the sessions of a project, or of one of its channels */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; channelId?: string | undefined; inactivitySeconds?: (number | null) | undefined; abandonSeconds?: (number | null) | undefined; escalateSeconds?: (number | null) | undefined; reassignSeconds?: (number | null) | undefined; autoAssign?: boolean | undefined } } };
      responses: { 201: { content: { 'application/json': SessionPolicy } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists session policies, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; channelId?: string | undefined }; };
      responses: { 200: { content: { 'application/json': SessionPolicyPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/session-policies/{id}': {
    /** Reads one session policy */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': SessionPolicy } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes a policy; sessions that are active follow it within the hour */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { inactivitySeconds?: (number | null) | undefined; abandonSeconds?: (number | null) | undefined; escalateSeconds?: (number | null) | undefined; reassignSeconds?: (number | null) | undefined; autoAssign?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': SessionPolicy } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a policy: what the project says holds again, or the usual */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agent-sessions': {
    /** Has an agent take part in a session */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { sessionId: string; agentId?: string | undefined } } };
      responses: { 201: { content: { 'application/json': AgentSession } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists agent sessions, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; agentId?: string | undefined; sessionId?: string | undefined; active?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': AgentSessionPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agent-sessions/{id}': {
    /** Reads one agent session */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': AgentSession } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/agent-sessions/{id}/leave': {
    /** Has an agent leave a session; the first reason stands */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { reason?: ("left" | "reassigned" | "session_ended" | "agent_deactivated" | "inactivity") | undefined } } };
      responses: { 200: { content: { 'application/json': AgentSession } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/messages': {
    /** Lists messages, of a session, chat or contact for instance, in the order of their arrival */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; order?: ("asc" | "desc") | undefined; sessionId?: string | undefined; chatId?: string | undefined; contactId?: string | undefined; channelId?: string | undefined; status?: ("queued" | "sent" | "delivered" | "read" | "played" | "failed") | undefined; source?: ("manual" | "broadcast" | "sequence" | "automation" | "bot" | "system" | "webhook" | "scheduled" | "test" | "history_import") | undefined }; };
      responses: { 200: { content: { 'application/json': MessagePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Sends a message to a contact or a chat */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': SendMessage } };
      responses: { 202: { content: { 'application/json': QueuedMessage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/chats/{id}/messages': {
    /** Lists the messages of a chat, in the order of their arrival */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; order?: ("asc" | "desc") | undefined }; };
      responses: { 200: { content: { 'application/json': MessagePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/messages/{id}': {
    /** Reads a message */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Message } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/enrichments': {
    /** Lists enrichments, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; messageId?: string | undefined; contactId?: string | undefined; status?: ("requested" | "completed" | "failed") | undefined }; };
      responses: { 200: { content: { 'application/json': EnrichmentPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/enrichments/{id}': {
    /** Reads one enrichment */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Enrichment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/enrichments/{id}/complete': {
    /** Gives the description or transcript; the first answer stands */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { provider: string; result: Record<string, unknown> } } };
      responses: { 200: { content: { 'application/json': Enrichment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/enrichments/{id}/fail': {
    /** Says that there will be none */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { provider: string; reason: string } } };
      responses: { 200: { content: { 'application/json': Enrichment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/notes': {
    /** Writes a note about a contact; its author is the caller */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { contactId: string; sessionId?: string | undefined; content: string; noteType?: ("general" | "follow_up" | "complaint" | "resolution" | "escalation" | "summary") | undefined; priority?: ("low" | "normal" | "high" | "urgent") | undefined; forAgentId?: string | undefined; dueAt?: string | undefined } } };
      responses: { 201: { content: { 'application/json': Note } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists notes, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; contactId?: string | undefined; sessionId?: string | undefined; noteType?: ("general" | "follow_up" | "complaint" | "resolution" | "escalation" | "summary") | undefined; priority?: ("low" | "normal" | "high" | "urgent") | undefined; forAgentId?: string | undefined; pinned?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': NotePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/notes/{id}': {
    /** Reads one note */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Note } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes what a note says, its kind, priority, agent or time; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { content?: string | undefined; noteType?: ("general" | "follow_up" | "complaint" | "resolution" | "escalation" | "summary") | undefined; priority?: ("low" | "normal" | "high" | "urgent") | undefined; forAgentId?: (string | null) | undefined; dueAt?: (string | null) | undefined } } };
      responses: { 200: { content: { 'application/json': Note } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a note; that it was there stays in the log */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/notes/{id}/pin': {
    /** Pins a note to the top */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Note } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/notes/{id}/unpin': {
    /** Unpins a note */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Note } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists': {
    /** Creates a contact list, empty */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; isStatic: boolean; description?: string | undefined; logicalOperator?: ("AND" | "OR") | undefined } } };
      responses: { 201: { content: { 'application/json': ContactList } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists contact lists, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; contactId?: string | undefined; isStatic?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': ContactListPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}': {
    /** Reads one contact list */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ContactList } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes fields of a contact list; those left out stay */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; description?: (string | null) | undefined; logicalOperator?: ("AND" | "OR") | undefined } } };
      responses: { 200: { content: { 'application/json': ContactList } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a contact list; its contacts stay */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/filter-rules': {
    /** Adds a filter rule to a dynamic list; it holds from the next recalculation on */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': ({ filterType: "attribute"; field: ("language" | "timezone" | "sourceChannel" | "channelId"); operator: ("equals" | "not_equals"); value: string } | { filterType: "attribute"; field: ("language" | "timezone" | "sourceChannel" | "channelId" | "phone" | "email" | "lastInteractionAt"); operator: ("is_set" | "is_not_set"); value?: null | undefined } | { filterType: "attribute"; field: "phoneVerified"; operator: "equals"; value: boolean } | { filterType: "attribute"; field: "interactionCount"; operator: ("equals" | "at_least" | "at_most"); value: number } | { filterType: "attribute"; field: ("createdAt" | "lastInteractionAt"); operator: ("before" | "after"); value: string } | { filterType: "attribute"; field: ("createdAt" | "lastInteractionAt"); operator: ("within_days" | "not_within_days"); value: number } | { filterType: "tag"; field: "tags"; operator: ("has" | "has_not"); value: string } | { filterType: "pipeline_status"; field: string; operator: ("equals" | "not_equals"); value: string } | { filterType: "pipeline_status"; field: string; operator: ("is_set" | "is_not_set"); value?: null | undefined } | { filterType: "event"; field: string; operator: ("occurred" | "not_occurred"); value?: (number | null) | undefined } | { filterType: "interaction"; field: ("messages" | "sessions"); operator: ("at_least" | "at_most"); value: number } | { filterType: "custom_field"; field: string; operator: ("equals" | "not_equals"); value: (string | number | boolean) } | { filterType: "custom_field"; field: string; operator: ("is_set" | "is_not_set"); value?: null | undefined } | { filterType: ("attribute" | "tag" | "pipeline_status" | "event" | "interaction" | "custom_field"); field: string; operator: string; value?: (string | number | boolean | null) | undefined }) } };
      responses: { 200: { content: { 'application/json': ContactList } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Takes all filter rules out: no contact fits the list any more */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ContactList } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/filter-rules/{ruleId}': {
    /** Takes a filter rule out; one that is not there is no error */
    delete: {
      parameters: { path: { id: string; ruleId: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ContactList } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/recalculate': {
    /** Puts those contacts into a dynamic list that fit its rules now, and the others out */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ContactListRecalculation } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/recalculations': {
    /** Has a dynamic list recalculated, however long it is; one that is under way is answered in its place */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': ContactListRunStarted } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists the recalculations of a list, the latest first: how far they are, and what came of them */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ContactListRunPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/contacts': {
    /** Lists the contacts in a list, newest first */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ContactPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Puts contacts into a static list; those in it already stay */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { contactIds: (string)[] } } };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/contact-count': {
    /** Counts the contacts in a list */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ContactListCount } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/contact-lists/{id}/contacts/remove': {
    /** Takes contacts out of a static list; those not in it are no error */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { contactIds: (string)[] } } };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines': {
    /** Creates a pipeline, without statuses yet */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; description?: string | undefined; color?: string | undefined } } };
      responses: { 201: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists pipelines, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; active?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': PipelinePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}': {
    /** Reads one pipeline */
    get: {
      parameters: { path: { id: string }; query?: { asOf?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes fields of a pipeline or the order of its statuses; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; description?: (string | null) | undefined; color?: (string | null) | undefined; statusIds?: (string)[] | undefined } } };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/changes': {
    /** Tells what changed of one pipeline between two moments */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; from?: string | undefined; to?: string | undefined }; };
      responses: { 200: { content: { 'application/json': PipelineChanges } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/activate': {
    /** Lets contacts into the pipeline again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/deactivate': {
    /** Lets no further contacts into the pipeline; those in it stay */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/statuses': {
    /** Adds a status behind the others */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name: string; statusType: ("open" | "won" | "lost" | "abandoned"); description?: string | undefined; color?: string | undefined } } };
      responses: { 201: { content: { 'application/json': PipelineStatus } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/statuses/{statusId}': {
    /** Takes a status out of the pipeline for good; one that it does not have is no error */
    delete: {
      parameters: { path: { id: string; statusId: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/lead-qualification': {
    /** Sets by what contacts that enter the pipeline are qualified */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { criteria: ({ key: string; question: string; points: number })[]; minimumScore: number; statusId: string } } };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/lead-qualification/enable': {
    /** Qualifies contacts that enter the pipeline from now on */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipelines/{id}/lead-qualification/disable': {
    /** Qualifies contacts no longer; the criteria stay */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Pipeline } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipeline-statuses': {
    /** Lists pipeline statuses, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; pipelineId?: string | undefined; statusType?: ("open" | "won" | "lost" | "abandoned") | undefined; removed?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': PipelineStatusPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipeline-statuses/{id}': {
    /** Reads one pipeline status */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': PipelineStatus } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes fields of a status; those left out stay */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; statusType?: ("open" | "won" | "lost" | "abandoned") | undefined; description?: (string | null) | undefined; color?: (string | null) | undefined } } };
      responses: { 200: { content: { 'application/json': PipelineStatus } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipeline-statuses/{id}/activate': {
    /** Lets contacts into the status again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': PipelineStatus } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/pipeline-statuses/{id}/deactivate': {
    /** Lets no further contacts into the status; those in it stay */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': PipelineStatus } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/trackings': {
    /** Lists trackings, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; contactId?: string | undefined; source?: string | undefined }; };
      responses: { 200: { content: { 'application/json': TrackingPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/trackings/{id}': {
    /** Reads one tracking */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Tracking } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-subscriptions': {
    /** Subscribes an address to events */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; userId?: string | undefined; name: string; url: string; events: (string)[]; subscribeContactEvents?: boolean | undefined; contactEventTypes?: (string)[] | undefined; contactEventCategories?: (("lifecycle" | "profile" | "tags" | "engagement" | "pipeline" | "tracking" | "enrichment" | "message" | "session" | "note" | "campaign"))[] | undefined; headers?: Record<string, string> | undefined; retryCount?: number | undefined; timeoutSeconds?: number | undefined } } };
      responses: { 201: { content: { 'application/json': WebhookSubscriptionWithSecret } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists webhook subscriptions, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; active?: string | undefined }; };
      responses: { 200: { content: { 'application/json': WebhookSubscriptionPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-subscriptions/{id}': {
    /** Reads one webhook subscription */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': WebhookSubscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes a subscription; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; url?: string | undefined; events?: (string)[] | undefined; subscribeContactEvents?: boolean | undefined; contactEventTypes?: (string)[] | undefined; contactEventCategories?: (("lifecycle" | "profile" | "tags" | "engagement" | "pipeline" | "tracking" | "enrichment" | "message" | "session" | "note" | "campaign"))[] | undefined; headers?: Record<string, string> | undefined; retryCount?: number | undefined; timeoutSeconds?: number | undefined } } };
      responses: { 200: { content: { 'application/json': WebhookSubscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a subscription and forgets its secrets; its deliveries stay */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-subscriptions/{id}/activate': {
    /** Switches a subscription on again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': WebhookSubscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-subscriptions/{id}/deactivate': {
    /** Switches a subscription off */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': WebhookSubscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-subscriptions/{id}/rotate-secret': {
    /** Makes a new secret; the former one signs too for a while */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { overlapSeconds?: number | undefined } } };
      responses: { 200: { content: { 'application/json': WebhookSubscriptionWithSecret } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-deliveries': {
    /** Lists webhook deliverys, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; subscriptionId?: string | undefined; eventId?: string | undefined; status?: ("pending" | "delivered" | "failed" | "discarded") | undefined }; };
      responses: { 200: { content: { 'application/json': WebhookDeliveryPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-deliveries/{id}': {
    /** Reads one webhook delivery */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': WebhookDelivery } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-deliveries/{id}/attempts': {
    /** Lists a delivery's attempts in order, with what came back */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined }; };
      responses: { 200: { content: { 'application/json': WebhookAttemptPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/webhook-deliveries/{id}/redeliver': {
    /** Has an event delivered once more, at once */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': WebhookDelivery } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/billing-accounts': {
    /** Sets up a billing account */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name: string; billingEmail: string; userId?: string | undefined } } };
      responses: { 201: { content: { 'application/json': BillingAccount } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists billing accounts, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; status?: ("pending" | "active" | "suspended" | "canceled") | undefined; userId?: string | undefined }; };
      responses: { 200: { content: { 'application/json': BillingAccountPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/billing-accounts/{id}': {
    /** Reads one billing account */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': BillingAccount } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes what invoices are made out to; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; billingEmail?: string | undefined } } };
      responses: { 200: { content: { 'application/json': BillingAccount } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/billing-accounts/{id}/cancel': {
    /** Cancels a billing account for good */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': BillingAccount } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/billing-accounts/{id}/reactivate': {
    /** Lets a suspended billing account go on */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': BillingAccount } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/subscriptions': {
    /** Lists subscriptions, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; accountId?: string | undefined; status?: ("trialing" | "active" | "incomplete" | "incomplete_expired" | "past_due" | "canceled" | "unpaid" | "paused") | undefined }; };
      responses: { 200: { content: { 'application/json': SubscriptionPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/subscriptions/{id}': {
    /** Reads one subscription */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Subscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/subscriptions/{id}/cancel': {
    /** Cancels a subscription, at the end of the period that is paid or now */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { when: ("period_end" | "now") } } };
      responses: { 200: { content: { 'application/json': Subscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/subscriptions/{id}/reactivate': {
    /** Takes a scheduled cancellation back */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Subscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/subscriptions/{id}/change-price': {
    /** Asks for another price */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { priceId: string } } };
      responses: { 200: { content: { 'application/json': Subscription } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/invoices': {
    /** Lists invoices, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; accountId?: string | undefined; subscriptionId?: string | undefined; status?: ("draft" | "open" | "paid" | "uncollectible" | "void") | undefined }; };
      responses: { 200: { content: { 'application/json': InvoicePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/invoices/{id}': {
    /** Reads one invoice */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Invoice } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/usage-meters': {
    /** Lists usage meters, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; accountId?: string | undefined; metric?: string | undefined }; };
      responses: { 200: { content: { 'application/json': UsageMeterPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/usage-meters/{id}': {
    /** Reads one usage meter */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': UsageMeter } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts': {
    /** Drafts a broadcast */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; listId: string; channelId: string; message: { type: ("text" | "template" | "media"); content: string; variables?: Record<string, string> | undefined; mediaUrl?: string | undefined }; ratePerMinute?: number | undefined } } };
      responses: { 201: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists broadcasts, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; listId?: string | undefined; status?: ("draft" | "scheduled" | "running" | "paused" | "completed" | "failed" | "cancelled") | undefined }; };
      responses: { 200: { content: { 'application/json': BroadcastPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}': {
    /** Reads one broadcast */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes a draft; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; listId?: string | undefined; channelId?: string | undefined; message?: { type: ("text" | "template" | "media"); content: string; variables?: Record<string, string> | undefined; mediaUrl?: string | undefined } | undefined; ratePerMinute?: number | undefined } } };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/schedule': {
    /** Sets or changes when a draft is started */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { scheduledAt: string } } };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/start': {
    /** Starts a broadcast: whoever is on the list becomes a recipient */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/pause': {
    /** Stops sending for now; what was begun is finished */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/resume': {
    /** Goes on after a pause */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/cancel': {
    /** Calls a broadcast off: whoever still waits is skipped */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/audience': {
    /** A dry run: whom the broadcast would go to if it were started now, who not and why, and when it would be through */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': BroadcastAudience } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/recipients': {
    /** Lists the recipients of a broadcast with what became of each, and counts them */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; status?: ("pending" | "sending" | "sent" | "failed" | "skipped") | undefined; contactId?: string | undefined }; };
      responses: { 200: { content: { 'application/json': BroadcastRecipients } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/retry-failed': {
    /** Tries those again who failed in a completed broadcast */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Broadcast } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/progress': {
    /** Tells how far a broadcast is, and when it will be through */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': BroadcastProgress } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/report.csv': {
    /** Reports all recipients of a broadcast as CSV, a line each */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'text/csv': string } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/approve': {
    /** Lets a large broadcast go out */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { note?: string | undefined } } };
      responses: { 202: { content: { 'application/json': BroadcastDecided } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/broadcasts/{id}/refuse': {
    /** Ends a large broadcast before anybody got it */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { note?: string | undefined } } };
      responses: { 202: { content: { 'application/json': BroadcastDecided } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences': {
    /** Drafts a sequence */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; description?: string | undefined; channelId?: string | undefined; trigger?: ({ type: "manual" } | { type: "tag_added"; tag: string } | { type: "list_joined"; listId: string } | { type: "form_submit"; formId: string } | { type: "pipeline_entered"; pipelineId: string }) | undefined; exitOnReply?: boolean | undefined; reEntry?: boolean | undefined } } };
      responses: { 201: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists sequences, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; status?: ("draft" | "active" | "paused" | "archived") | undefined }; };
      responses: { 200: { content: { 'application/json': SequencePage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}': {
    /** Reads one sequence */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes a draft; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; description?: string | undefined; channelId?: string | undefined; trigger?: ({ type: "manual" } | { type: "tag_added"; tag: string } | { type: "list_joined"; listId: string } | { type: "form_submit"; formId: string } | { type: "pipeline_entered"; pipelineId: string }) | undefined; exitOnReply?: boolean | undefined; reEntry?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/steps': {
    /** Puts a step in: at `order`, or at the end */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { stepId?: string | undefined; order?: number | undefined; delay: { amount: number; unit: ("minutes" | "hours" | "days") }; conditions?: (({ type: "tag"; operator: ("has" | "has_not"); tag: string } | { type: "custom_field"; field: string; operator: ("equals" | "not_equals" | "contains" | "greater_than" | "less_than" | "is_set" | "is_not_set"); value?: string | undefined } | { type: "pipeline_status"; operator: ("is" | "is_not"); pipelineId: string; statusId: string } | { type: "last_activity"; operator: ("within" | "not_within"); days: number }))[] | undefined; message: { type: ("text" | "template" | "media"); content: string; variables?: Record<string, string> | undefined; mediaUrl?: string | undefined } } } };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/steps/{stepId}': {
    /** Takes a step out; one that is not there is no error */
    delete: {
      parameters: { path: { id: string; stepId: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/steps/{stepId}/move': {
    /** Puts a step in another place */
    post: {
      parameters: { path: { id: string; stepId: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { order: number } } };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/activate': {
    /** Lets a draft take contacts in */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/pause': {
    /** Takes nobody in and sends nothing for now */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/resume': {
    /** Goes on after a pause */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/archive': {
    /** Puts a sequence away for good; whoever is in it leaves */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Sequence } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequences/{id}/enrollments': {
    /** Puts up to 500 contacts into an active sequence */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { contactIds: (string)[] } } };
      responses: { 200: { content: { 'application/json': Enrolled } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequence-enrollments': {
    /** Lists sequence enrollments, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; sequenceId?: string | undefined; contactId?: string | undefined; status?: ("active" | "paused" | "completed" | "exited") | undefined }; };
      responses: { 200: { content: { 'application/json': SequenceEnrollmentPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequence-enrollments/{id}': {
    /** Reads one sequence enrollment */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': SequenceEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequence-enrollments/{id}/pause': {
    /** Lets the sequence stand still for one contact */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': SequenceEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequence-enrollments/{id}/resume': {
    /** Goes on; what fell due meanwhile is due now */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': SequenceEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sequence-enrollments/{id}/exit': {
    /** Takes one contact out of the sequence */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { reason: string } } };
      responses: { 200: { content: { 'application/json': SequenceEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns': {
    /** Drafts a campaign */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; name: string; description?: string | undefined; goalType: ("reach_contacts" | "conversions" | "engagement"); goalValue?: number | undefined; reEntry?: boolean | undefined; exitOnReply?: boolean | undefined } } };
      responses: { 201: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists campaigns, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; status?: ("draft" | "scheduled" | "active" | "paused" | "completed" | "archived") | undefined }; };
      responses: { 200: { content: { 'application/json': CampaignPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}': {
    /** Reads one campaign */
    get: {
      parameters: { path: { id: string }; query?: { asOf?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes a draft; what is left out stays */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; description?: string | undefined; goalType?: ("reach_contacts" | "conversions" | "engagement") | undefined; goalValue?: number | undefined; reEntry?: boolean | undefined; exitOnReply?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/changes': {
    /** Tells what changed of one campaign between two moments */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; from?: string | undefined; to?: string | undefined }; };
      responses: { 200: { content: { 'application/json': CampaignChanges } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/steps': {
    /** Puts a step in: at `order`, or at the end */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { order?: number | undefined; step: ({ stepId?: string | undefined; stepType: "broadcast"; broadcastId: string } | { stepId?: string | undefined; stepType: "sequence"; sequenceId: string } | { stepId?: string | undefined; stepType: "delay"; delay: { amount: number; unit: ("minutes" | "hours" | "days") } } | { stepId?: string | undefined; stepType: "condition"; condition: ({ type: "tag"; operator: ("has" | "has_not"); tag: string } | { type: "custom_field"; field: string; operator: ("equals" | "not_equals" | "contains" | "greater_than" | "less_than" | "is_set" | "is_not_set"); value?: string | undefined } | { type: "pipeline_status"; operator: ("is" | "is_not"); pipelineId: string; statusId: string } | { type: "last_activity"; operator: ("within" | "not_within"); days: number }); elseStepId?: string | undefined } | { stepId?: string | undefined; stepType: "wait"; waitFor: ("reply" | "click" | "open"); timeoutHours: number; timeoutStepId?: string | undefined }) } } };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/steps/{stepId}': {
    /** Takes a step out; one that is not there is no error */
    delete: {
      parameters: { path: { id: string; stepId: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/steps/{stepId}/move': {
    /** Puts a step in another place */
    post: {
      parameters: { path: { id: string; stepId: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { order: number } } };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/schedule': {
    /** Sets or changes when a draft is activated */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { startDate: string } } };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/activate': {
    /** Lets a campaign run and take contacts in */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/pause': {
    /** Takes nobody in and moves nobody on for now */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/resume': {
    /** Goes on after a pause */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/complete': {
    /** Ends a campaign that nobody is in any more */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/archive': {
    /** Puts a campaign away for good; whoever is in it leaves */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Campaign } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/enrollments': {
    /** Puts up to 500 contacts into an active campaign */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { contactIds: (string)[] } } };
      responses: { 200: { content: { 'application/json': Enrolled } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaign-enrollments': {
    /** Lists campaign enrollments, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; campaignId?: string | undefined; contactId?: string | undefined; status?: ("active" | "paused" | "completed" | "exited") | undefined }; };
      responses: { 200: { content: { 'application/json': CampaignEnrollmentPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaign-enrollments/{id}': {
    /** Reads one campaign enrollment */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': CampaignEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaign-enrollments/{id}/pause': {
    /** Lets the campaign stand still for one contact */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': CampaignEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaign-enrollments/{id}/resume': {
    /** Goes on; what fell due meanwhile is due now */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': CampaignEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaign-enrollments/{id}/exit': {
    /** Takes one contact out of the campaign */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { reason: string } } };
      responses: { 200: { content: { 'application/json': CampaignEnrollment } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/analytics/sessions': {
    /** Adds up the sessions that began in a range: how many, how long, how fast they were answered */
    get: {
      parameters: { query: { from: string; to: string; groupBy: ("agent" | "channel" | "day"); timezone?: string | undefined; projectId?: string | undefined; channelId?: string | undefined; agentId?: string | undefined }; };
      responses: { 200: { content: { 'application/json': SessionAnalytics } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/campaigns/{id}/results': {
    /** Adds up what a campaign has brought: who went through it, how far its messages got, how far its goal is */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': CampaignResults } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations': {
    /** Creates an automation; it does nothing until it is enabled */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { projectId: string; pipelineId: string; name: string; trigger: ({ type: "session.ended"; channelIds?: (string)[] | undefined } | { type: "session.timeout"; channelIds?: (string)[] | undefined } | { type: "session.resolved"; channelIds?: (string)[] | undefined } | { type: "session.escalated"; channelIds?: (string)[] | undefined } | { type: "message.received"; channelIds?: (string)[] | undefined } | { type: "status.changed"; fromStatusId?: string | undefined; toStatusId?: string | undefined } | { type: "stage.completed"; statusId?: string | undefined } | { type: "no_response.timeout"; minutes: number; of: ("contact" | "agent"); channelIds?: (string)[] | undefined } | { type: "after.delay"; minutes: number; after: ("session.ended" | "session.resolved" | "session.escalated" | "message.received" | "status.changed") } | { type: "scheduled"; hour: number; minute: number; weekdays: (number)[]; timezone: string }); rules: ({ ruleId?: string | undefined; name: string; match?: ("all" | "any") | undefined; conditions?: ({ field: (("contact.name" | "contact.phone" | "contact.email" | "contact.tags" | "contact.language" | "contact.timezone" | "contact.sourceChannel" | "contact.interactionCount" | "contact.pipelineStatusId" | "session.status" | "session.endReason" | "session.agentId" | "session.messageCount" | "session.contactMessageCount" | "session.ownMessageCount" | "session.sentiment" | "message.text" | "message.type" | "message.source" | "channel.id" | "channel.type") | string); operator: ("equals" | "not_equals" | "contains" | "not_contains" | "starts_with" | "in" | "not_in" | "exists" | "not_exists" | "greater_than" | "at_least" | "less_than" | "at_most"); value?: (string | number | (string)[]) | undefined })[] | undefined; actions: (({ type: "send_message"; params: { text: string; channelId?: string | undefined } } | { type: "send_template"; params: { templateName: string; language?: string | undefined; content?: string | undefined; variables?: Record<string, string> | undefined; channelId?: string | undefined } } | { type: "change_pipeline_status"; params: { statusId: string } } | { type: "assign_agent"; params: { agentId: string } } | { type: "create_task"; params: { title: string; agentId?: string | undefined; dueInMinutes?: number | undefined } } | { type: "add_tag"; params: { tag: string } } | { type: "remove_tag"; params: { tag: string } } | { type: "update_custom_field"; params: { key: string; value: (string | number | boolean) } } | { type: "create_note"; params: { text: string } } | { type: "send_webhook"; params: { subscriptionId: string } } | { type: "trigger_workflow"; params: { workflow: ("sequence" | "campaign"); workflowId: string } } | { type: "notify_agent"; params: { text: string; agentId?: string | undefined } }))[] })[] } } };
      responses: { 201: { content: { 'application/json': Automation } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists automations, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; pipelineId?: string | undefined; enabled?: ("true" | "false") | undefined }; };
      responses: { 200: { content: { 'application/json': AutomationPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations/{id}': {
    /** Reads one automation */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Automation } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes what is given; a rule keeps its id and its history if it is given with it */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; trigger?: ({ type: "session.ended"; channelIds?: (string)[] | undefined } | { type: "session.timeout"; channelIds?: (string)[] | undefined } | { type: "session.resolved"; channelIds?: (string)[] | undefined } | { type: "session.escalated"; channelIds?: (string)[] | undefined } | { type: "message.received"; channelIds?: (string)[] | undefined } | { type: "status.changed"; fromStatusId?: string | undefined; toStatusId?: string | undefined } | { type: "stage.completed"; statusId?: string | undefined } | { type: "no_response.timeout"; minutes: number; of: ("contact" | "agent"); channelIds?: (string)[] | undefined } | { type: "after.delay"; minutes: number; after: ("session.ended" | "session.resolved" | "session.escalated" | "message.received" | "status.changed") } | { type: "scheduled"; hour: number; minute: number; weekdays: (number)[]; timezone: string }) | undefined; rules?: ({ ruleId?: string | undefined; name: string; match?: ("all" | "any") | undefined; conditions?: ({ field: (("contact.name" | "contact.phone" | "contact.email" | "contact.tags" | "contact.language" | "contact.timezone" | "contact.sourceChannel" | "contact.interactionCount" | "contact.pipelineStatusId" | "session.status" | "session.endReason" | "session.agentId" | "session.messageCount" | "session.contactMessageCount" | "session.ownMessageCount" | "session.sentiment" | "message.text" | "message.type" | "message.source" | "channel.id" | "channel.type") | string); operator: ("equals" | "not_equals" | "contains" | "not_contains" | "starts_with" | "in" | "not_in" | "exists" | "not_exists" | "greater_than" | "at_least" | "less_than" | "at_most"); value?: (string | number | (string)[]) | undefined })[] | undefined; actions: (({ type: "send_message"; params: { text: string; channelId?: string | undefined } } | { type: "send_template"; params: { templateName: string; language?: string | undefined; content?: string | undefined; variables?: Record<string, string> | undefined; channelId?: string | undefined } } | { type: "change_pipeline_status"; params: { statusId: string } } | { type: "assign_agent"; params: { agentId: string } } | { type: "create_task"; params: { title: string; agentId?: string | undefined; dueInMinutes?: number | undefined } } | { type: "add_tag"; params: { tag: string } } | { type: "remove_tag"; params: { tag: string } } | { type: "update_custom_field"; params: { key: string; value: (string | number | boolean) } } | { type: "create_note"; params: { text: string } } | { type: "send_webhook"; params: { subscriptionId: string } } | { type: "trigger_workflow"; params: { workflow: ("sequence" | "campaign"); workflowId: string } } | { type: "notify_agent"; params: { text: string; agentId?: string | undefined } }))[] })[] | undefined } } };
      responses: { 200: { content: { 'application/json': Automation } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations/{id}/enable': {
    /** Lets an automation act from now on */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Automation } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations/{id}/disable': {
    /** Lets an automation act no more; runs that have begun go on */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Automation } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations/{id}/runs': {
    /** Lists the runs of an automation's rules, newest first */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; status?: ("triggered" | "executed" | "failed") | undefined; contactId?: string | undefined }; };
      responses: { 200: { content: { 'application/json': AutomationRunPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations/{id}/waits': {
    /** Lists what an automation waits for, and what came of it, the latest beginning first */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined; open?: ("true" | "false") | undefined; contactId?: string | undefined }; };
      responses: { 200: { content: { 'application/json': AutomationWaitPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/automations/{id}/explain': {
    /** Tells why each rule fired or did not for an event: what keeps it, and what came of each condition */
    get: {
      parameters: { path: { id: string }; query: { eventId: string }; };
      responses: { 200: { content: { 'application/json': AutomationExplanation } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas': {
    /** Lists sagas, the latest first; `state=stuck` shows what waits for somebody */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; state?: ("running" | "paused" | "stuck" | "compensating" | "completed" | "compensated" | "failed") | undefined; sagaType?: string | undefined }; };
      responses: { 200: { content: { 'application/json': SagaPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas/{correlationId}': {
    /** Shows a saga: steps, undos, events, links, and what its workflow says of itself */
    get: {
      parameters: { path: { correlationId: string }; };
      responses: { 200: { content: { 'application/json': SagaDetails } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas/{correlationId}/retry': {
    /** Tells a stuck saga to try its step again */
    post: {
      parameters: { path: { correlationId: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': SignalledSaga } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas/{correlationId}/skip': {
    /** Tells a stuck saga to go on without its step */
    post: {
      parameters: { path: { correlationId: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': SignalledSaga } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas/{correlationId}/abort': {
    /** Tells a saga to undo what it did and end */
    post: {
      parameters: { path: { correlationId: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': SignalledSaga } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas/{correlationId}/pause': {
    /** Holds a saga before its next step; its time-out goes on */
    post: {
      parameters: { path: { correlationId: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': SignalledSaga } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/sagas/{correlationId}/resume': {
    /** Lets a paused saga go on */
    post: {
      parameters: { path: { correlationId: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': SignalledSaga } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/events': {
    /** Reads the log of all events, in the order in which they were written */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; type?: string | undefined; aggregateId?: string | undefined; correlationId?: string | undefined; from?: string | undefined; to?: string | undefined; status?: ("pending" | "processed" | "failed" | "discarded") | undefined; order?: ("asc" | "desc") | undefined }; };
      responses: { 200: { content: { 'application/json': OutboxEventPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/counts': {
    /** Counts the events that wait for the relay and those it gave up */
    get: {
      parameters: { };
      responses: { 200: { content: { 'application/json': OutboxCounts } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/failed': {
    /** Lists the events that the relay gave up, each with its last error */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; type?: string | undefined; aggregateId?: string | undefined; reason?: string | undefined; createdBefore?: string | undefined }; };
      responses: { 200: { content: { 'application/json': OutboxEntryPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/events/{id}': {
    /** Says why an event is where it is: sent, waiting, held back, given up */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': ExplainedEvent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/redrive': {
    /** Gives given-up events all their tries again; `dryRun` only counts them */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { type?: string | undefined; aggregateId?: string | undefined; reason?: string | undefined; createdBefore?: string | undefined; dryRun?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': RedrivenEvents } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/events/{id}/redrive': {
    /** Gives one given-up event all its tries again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ExplainedEvent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/outbox/events/{id}/discard': {
    /** Gives a given-up event up for good; what it held back follows */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { note: string } } };
      responses: { 200: { content: { 'application/json': ExplainedEvent } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers': {
    /** Lists the consumers: lag, parked aggregates, dead letters, queues */
    get: {
      parameters: { };
      responses: { 200: { content: { 'application/json': Consumers } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}': {
    /** Shows one consumer, which aggregates wait for what, and its replays */
    get: {
      parameters: { path: { name: string }; };
      responses: { 200: { content: { 'application/json': ConsumerDetail } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/dead-letters': {
    /** Lists the events that a consumer gave up, each with its reason, oldest first */
    get: {
      parameters: { path: { name: string }; query?: { limit?: number | undefined; cursor?: string | undefined; type?: string | undefined; aggregateId?: string | undefined; reason?: string | undefined; since?: string | undefined }; };
      responses: { 200: { content: { 'application/json': DeadLetterPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/dead-letters/{id}': {
    /** Says why an event was given up and what waits for it */
    get: {
      parameters: { path: { name: string; id: string }; };
      responses: { 200: { content: { 'application/json': ExplainedDeadLetter } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/dead-letters/redrive': {
    /** Gives dead letters all their attempts again; `dryRun` only counts them */
    post: {
      parameters: { path: { name: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { type?: string | undefined; aggregateId?: string | undefined; reason?: string | undefined; since?: string | undefined; dryRun?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': RedrivenDeadLetters } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/dead-letters/{id}/redrive': {
    /** Gives one dead letter all its attempts again */
    post: {
      parameters: { path: { name: string; id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': RedrivenDeadLetters } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/dead-letters/{id}/discard': {
    /** Gives an event up for good for this consumer; what waits for it goes on */
    post: {
      parameters: { path: { name: string; id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { note: string } } };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/pause': {
    /** Has a consumer take nothing until it is resumed; its events wait in its queue */
    post: {
      parameters: { path: { name: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { note: string } } };
      responses: { 200: { content: { 'application/json': Consumer } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/resume': {
    /** Lets a paused consumer go on */
    post: {
      parameters: { path: { name: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Consumer } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/replay': {
    /** Sends a part of the log to one consumer once more; `dryRun` only counts */
    post: {
      parameters: { path: { name: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { from?: string | undefined; to?: string | undefined; types?: (string)[] | undefined; dryRun?: boolean | undefined } } };
      responses: { 202: { content: { 'application/json': ReplayEstimate } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/rebuild': {
    /** Makes a consumer’s read model anew from the log; `dryRun` only counts */
    post: {
      parameters: { path: { name: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { acceptGap?: boolean | undefined; onlyCompares?: boolean | undefined; dryRun?: boolean | undefined } } };
      responses: { 202: { content: { 'application/json': RebuildEstimate } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/requests/{id}/cancel': {
    /** Ends a replay, a projection’s rebuild, or another rebuild that has not begun */
    post: {
      parameters: { path: { name: string; id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ConsumerRequest } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/requests/{id}/abandon': {
    /** Gives up a rebuild that has begun to clear its read model, which stays incomplete until it is rebuilt anew */
    post: {
      parameters: { path: { name: string; id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { note: string } } };
      responses: { 200: { content: { 'application/json': ConsumerRequest } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/consumers/{name}/retire': {
    /** Forgets a consumer that no process runs any more, and what waited for it; `dryRun` only counts */
    post: {
      parameters: { path: { name: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { dryRun?: boolean | undefined } } };
      responses: { 200: { content: { 'application/json': RetiredConsumer } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/raw-webhooks': {
    /** Lists stored webhooks, the last arrived first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; status?: ("stored" | "started" | "waiting" | "processed" | "duplicate" | "ignored" | "compensated" | "failed") | undefined; kind?: string | undefined; channelId?: string | undefined; messageKey?: string | undefined }; };
      responses: { 200: { content: { 'application/json': RawWebhookPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/raw-webhooks/{id}': {
    /** Shows a stored webhook with its body */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': RawWebhookWithBody } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/raw-webhooks/{id}/replay': {
    /** Gives a stored webhook to the parser again and runs it where that can help; changes nothing that is already right */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 202: { content: { 'application/json': ReplayedWebhook } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/credentials': {
    /** Stores a credential; its secrets are never shown again */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { credentialType: ("api_key" | "basic_auth" | "bearer_token" | "oauth"); name: string; secrets: CredentialSecrets; projectId?: string | undefined; expiresAt?: string | undefined } } };
      responses: { 201: { content: { 'application/json': Credential } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists credentials, newest first */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined; projectId?: string | undefined; credentialType?: ("api_key" | "basic_auth" | "bearer_token" | "oauth") | undefined; status?: ("active" | "inactive" | "expired") | undefined }; };
      responses: { 200: { content: { 'application/json': CredentialPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/credentials/{id}': {
    /** Reads one credential */
    get: {
      parameters: { path: { id: string }; };
      responses: { 200: { content: { 'application/json': Credential } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Changes a credential; `secrets` replaces all that were there */
    patch: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name?: string | undefined; expiresAt?: (string | null) | undefined; secrets?: CredentialSecrets | undefined } } };
      responses: { 200: { content: { 'application/json': Credential } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Deletes a credential and destroys its secrets */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/credentials/{id}/refresh': {
    /** Stores the new tokens of an OAuth credential; an expired one can be used again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      requestBody: { content: { 'application/json': { accessToken: string; refreshToken?: string | undefined; expiresAt: string } } };
      responses: { 200: { content: { 'application/json': Credential } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/credentials/{id}/refreshes': {
    /** Lists the refreshes of an OAuth credential, the latest first, and what came of them */
    get: {
      parameters: { path: { id: string }; query?: { limit?: number | undefined; cursor?: string | undefined }; };
      responses: { 200: { content: { 'application/json': CredentialRefreshPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/credentials/{id}/activate': {
    /** Lets a credential be used again */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Credential } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/credentials/{id}/deactivate': {
    /** Keeps a credential from being used */
    post: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined; 'If-Match'?: string | undefined }; };
      responses: { 200: { content: { 'application/json': Credential } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/api-keys': {
    /** Creates an API key */
    post: {
      parameters: { header?: { 'Idempotency-Key'?: string | undefined }; };
      requestBody: { content: { 'application/json': { name: string; scopes: (("read" | "write" | "send" | "operate" | "raw" | "admin" | "codec" | "installation"))[] } } };
      responses: { 201: { content: { 'application/json': CreatedApiKey } }; default: { content: { 'application/problem+json': Problem } } };
    };
    /** Lists the API keys, newest first, revoked ones too */
    get: {
      parameters: { query?: { limit?: number | undefined; cursor?: string | undefined }; };
      responses: { 200: { content: { 'application/json': ApiKeyPage } }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
  '/v1/api-keys/{id}': {
    /** Revokes an API key: it stops working within 3 s */
    delete: {
      parameters: { path: { id: string }; header?: { 'Idempotency-Key'?: string | undefined }; };
      responses: { 204: { content?: never }; default: { content: { 'application/problem+json': Problem } } };
    };
  };
};
