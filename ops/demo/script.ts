// The busy hour of a small bakery, as data. Every oddity of the gateway that the product promises to cope with happens once.
import type { Line } from './lines.ts';

const greeting: Line[] = [
  { at: '00:00', group: 'joined' },
  { at: '00:05', from: 'ana', text: 'Bom dia! Ainda tem pão de fermentação natural?' },
  { at: '00:20', from: 'bruno', text: 'Oi' },
  { at: '00:22', from: 'bruno', text: 'vocês entregam no centro?' },
  { at: '00:40', to: 'ana', text: 'Bom dia, Ana! Tem sim, saiu agora do forno.', key: 'hot' },
  { at: '01:10', from: 'ana', text: 'Separa dois, por favor', key: 'two' },
  { at: '01:15', from: 'ana', text: 'passo às dez', key: 'ten' },
  { at: '01:30', to: 'bruno', text: 'Entregamos! A taxa é de cinco reais.', acks: 'shuffled' },
  { at: '02:00', from: 'ana', edits: 'ten', text: 'passo às dez e meia' },
  { at: '02:20', from: 'ana', replyTo: 'hot', text: 'que cheiro bom deve estar aí' },
  { at: '02:40', to: 'ana', text: 'Está guardado no seu nome.', acks: 'early' },
  { at: '03:00', from: 'bruno', voice: 14, key: 'order' },
  { at: '03:40', to: 'bruno', text: 'Anotado: uma broa e seis sonhos.', key: 'noted' },
  { at: '03:50', from: 'bruno', reacts: 'noted', emoji: '👍' },
  { at: '04:00', status: 'Fornada nova às oito' },
];

const advert: Line[] = [
  { at: '05:00', from: 'carla', ad: true, text: 'Olá! Vi o anúncio da cesta de café da manhã', key: 'ad' },
  { at: '05:20', to: 'carla', text: 'Olá, Carla! A cesta serve duas pessoas e custa noventa.' },
  { at: '05:45', from: 'carla', text: 'Dá para trocar o suco?' },
  { at: '06:10', to: 'carla', text: 'Dá! Laranja, uva ou maracujá.', acks: 'shuffled' },
  { at: '06:40', from: 'carla', text: 'maracujá então' },
  { at: '06:41', from: 'carla', text: 'para domingo' },
  { at: '06:42', from: 'carla', text: 'pode ser às oito?' },
  { at: '07:10', to: 'carla', text: 'Fechado para domingo às oito.' },
  { at: '07:30', from: 'carla', reacts: 'ad', emoji: '❤️' },
  { at: '07:50', from: 'carla', place: 'Rua das Acácias, 12' },
];

const twoAddresses: Line[] = [
  { at: '09:00', from: 'diego', text: 'Good morning, are you open today?', again: 'lid', key: 'open' },
  { at: '09:20', to: 'diego', text: 'Good morning! Until seven.', acks: 'early' },
  { at: '09:40', from: 'diego', via: 'lid', text: 'Great, and is there gluten-free bread?', again: 'message' },
  { at: '10:10', to: 'diego', text: 'Only on Fridays, sorry.' },
  { at: '10:30', from: 'diego', text: 'Then see you on Friday', again: 'message' },
  { at: '11:00', from: 'elisa', via: 'short', text: 'Boa tarde, fazem bolo de aniversário?' },
  { at: '11:20', to: 'elisa', text: 'Fazemos! Para quantas pessoas?' },
  { at: '11:40', from: 'elisa', text: 'umas vinte' },
  { at: '11:45', from: 'elisa', via: 'short', text: 'de chocolate com morango' },
  { at: '12:10', to: 'elisa', text: 'Fica em cento e oitenta. Reservo?', acks: 'shuffled' },
  { at: '12:40', from: 'elisa', text: 'Reserva sim!' },
  { at: '13:00', from: 'heitor', via: 'lid_only', text: 'oi, é da padaria?' },
  { at: '13:20', to: 'heitor', text: 'É sim, bom dia!' },
  { at: '13:50', from: 'heitor', via: 'lid', text: 'queria encomendar pão de queijo' },
  { at: '14:05', from: 'heitor', text: 'uns trinta' },
  { at: '14:30', to: 'heitor', text: 'Trinta pães de queijo, para quando?' },
  { at: '15:00', from: 'heitor', text: 'amanhã cedo' },
];

const album: Line[] = [
  { at: '18:00', from: 'ana', text: 'Olha as fotos da festa de ontem' },
  { at: '18:10', from: 'ana', image: 'party-1.jpg', caption: 'a mesa' },
  { at: '18:10', from: 'ana', image: 'party-2.jpg' },
  { at: '18:10', from: 'ana', image: 'party-3.jpg' },
  { at: '18:10', from: 'ana', image: 'party-4.jpg', caption: 'o bolo de vocês!' },
  { at: '18:40', to: 'ana', text: 'Que lindo! Podemos postar?', acks: 'played' },
  { at: '19:00', from: 'ana', text: 'Claro!!' },
  { at: '19:05', from: 'ana', sticker: 'happy.webp' },
];

const saturday: Line[] = [
  { at: '22:00', group: 'member_added' },
  { at: '22:10', from: 'fabio', inGroup: true, text: 'Gente, quem leva café sábado?' },
  { at: '22:30', from: 'gabi', inGroup: true, text: 'Eu levo!', key: 'coffee' },
  { at: '22:45', from: 'fabio', inGroup: true, reacts: 'coffee', emoji: '🙌' },
  { at: '23:00', from: 'fabio', inGroup: true, image: 'stand.jpg', caption: 'a nossa barraca' },
  { at: '23:30', from: 'fabio', text: 'Oi, aqui é o Fábio da feira', key: 'fair' },
  { at: '23:40', from: 'fabio', document: 'price-list.pdf' },
  { at: '24:00', to: 'fabio', text: 'Recebido, obrigado!' },
  { at: '24:30', from: 'fabio', card: 'Bento' },
  { at: '25:00', newsletter: 'Farinha mais barata esta semana' },
];

const secondThoughts: Line[] = [
  { at: '28:00', from: 'gabi', text: 'Quero 3 tortas', key: 'pies' },
  { at: '28:05', from: 'gabi', text: 'ops, mensagem errada', key: 'wrong' },
  { at: '28:20', from: 'gabi', revokes: 'wrong' },
  { at: '28:40', from: 'gabi', edits: 'pies', text: 'Quero 4 tortas' },
  { at: '29:00', to: 'gabi', text: 'Quatro tortas, anotado.', acks: 'early' },
  { at: '29:20', from: 'gabi', voice: 6 },
  { at: '29:50', to: 'gabi', text: 'Combinado!', acks: 'shuffled' },
];

// The rush: everybody at once, several messages of one person within one second.
const rush: Line[] = [
  ...['tem sonho?', 'e pão doce?', 'quanto é?', 'aceita pix?', 'chego em dez minutos'].flatMap((text): Line[] => [
    { at: '40:00', from: 'bruno', text },
    { at: '40:00', from: 'carla', text: `${text} (para domingo)` },
  ]),
  { at: '40:01', from: 'ana', text: 'Estou na porta' },
  { at: '40:01', from: 'diego', via: 'lid', text: 'Still open?' },
  { at: '40:02', from: 'elisa', via: 'short', text: 'posso mudar o sabor?' },
  { at: '40:02', from: 'heitor', via: 'lid', text: 'melhor quarenta' },
  { at: '40:03', to: 'ana', text: 'Já vou!', acks: 'none' },
  { at: '41:00', to: 'bruno', text: 'Tem tudo, e aceita pix sim.' },
  { at: '41:10', to: 'elisa', text: 'Pode! Qual prefere?' },
  { at: '41:20', to: 'heitor', text: 'Quarenta então.' },
  { at: '42:00', from: 'elisa', text: 'nozes' },
  { at: '45:00', from: 'bruno', text: 'Cheguei, obrigado!' },
  { at: '50:00', to: 'bruno', text: 'Nós que agradecemos!' },
  { at: '55:00', from: 'ana', text: 'Pão maravilhoso, como sempre' },
];

/** The whole hour. */
export const script: readonly Line[] = [
  ...greeting,
  ...advert,
  ...twoAddresses,
  ...album,
  ...saturday,
  ...secondThoughts,
  ...rush,
];
