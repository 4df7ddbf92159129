export { queryPage, type QueryPageInput } from './query';
export { resubscribe, type ResubscribeInput } from './resubscribe';
