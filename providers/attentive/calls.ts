export { consentOf, eligibility, type Eligibility, type EligibilityInput } from './eligibility';
export { subscribe, type SubscribeInput } from './subscribe';
export { endedCampaign, endedChannel, unsubscribe, type UnsubscribeInput } from './unsubscribe';
export { type AttentiveWebhook, createWebhook, deleteWebhook, listWebhooks, updateWebhook } from './webhooks';
