package conformance;

import module java.base;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The rules of the chat (lesson 08), without a socket: what each guest has to hear of the others.
///
/// It knows what was said, and not when a server got to it. So what several guests say may be heard
/// in any order, but what one says in the order in which it was said; and where the rules leave
/// open, or a race decides, whether something is heard, both is right.
///
/// How the server words its own lines is its own affair: they begin with `*` and name the guest.
final class ChatRoom {

    static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nd}]{1,32}");

    private static final int LONGEST_LINE = 4096; // bytes

    private enum State { NAMELESS, JOINING, MEMBER, REFUSED, LEAVING, GONE }

    private enum Kind { JOIN, SAID, LEAVE }

    /// What a guest is to hear of another.
    ///
    /// @param optional if both is right, to hear it or not
    private record Event(Kind kind, String text, boolean optional) {

        Event asOptional(boolean optional) {
            return new Event(kind, text, optional);
        }
    }

    private final Predicate<String> foreign;
    private final List<Guest> guests = new ArrayList<>();
    private boolean open;

    /// @param foreign tells lines about guests of other plays with the same server
    ChatRoom(Predicate<String> foreign) {
        this.foreign = foreign;
    }

    /// A new connection.
    Answer enter() {
        var guest = new Guest();
        guests.add(guest);
        return guest;
    }

    /// Whether something was done of which the rules do not say what comes of it.
    boolean isOpen() {
        return open;
    }

    private static boolean isCalm(String text) {
        return text.codePoints()
                .noneMatch(each -> each < ' ' && each != '\t' || each >= 0x7f && each < 0xa0);
    }

    /// What of a line every server passes on.
    private static String core(String text) {
        return text.replaceAll("[^\\p{L}\\p{N}]", "");
    }

    private static String decoded(byte[] line) {
        try {
            var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private final class Guest implements Answer {

        private State state = State.NAMELESS;
        private String name;
        private boolean known; // to be a member, from what others have heard
        private boolean welcomed;
        private boolean droppable;
        private Set<String> present = Set.of(); // whom the list must name
        private final ByteArrayOutputStream saying = new ByteArrayOutputStream();
        private final ByteArrayOutputStream hearing = new ByteArrayOutputStream();
        private final Map<Guest, Deque<Event>> pending = new LinkedHashMap<>();

        // ---- what it does ----

        @Override
        public void said(byte[] bytes) {
            for (var each : bytes) {
                if (each != '\n') {
                    saying.write(each);
                    continue;
                }
                line(decoded(saying.toByteArray()), saying.size());
                saying.reset();
            }
        }

        private void line(String line, int length) {
            switch (state) {
                case NAMELESS -> introduce(line);
                case JOINING, MEMBER -> speak(line, length);
                default -> open = true;
            }
        }

        private void introduce(String wanted) {
            if (wanted == null || !NAME.matcher(wanted).matches()) {
                state = State.REFUSED;
                return;
            }
            for (var other : guests) {
                if (other.name == null || !other.name.equalsIgnoreCase(wanted)) continue;
                if (other.state == State.MEMBER && !other.droppable && other.name.equals(wanted)) {
                    state = State.REFUSED;
                } else if (other.state != State.REFUSED) {
                    open = true;
                }
            }
            if (state == State.REFUSED || open) return;
            name = wanted;
            state = State.JOINING;
            present = guests.stream()
                    .filter(other -> other.state == State.MEMBER && !other.droppable)
                    .map(other -> other.name).collect(Collectors.toSet());
            tell(Kind.JOIN, "", false);
            for (var other : guests) {
                if (other == this || other.name == null) continue;
                if (other.state == State.JOINING) owe(other, new Event(Kind.JOIN, "", true));
                if (other.state == State.LEAVING || other.state == State.GONE || other.droppable) {
                    owe(other, new Event(Kind.LEAVE, "", true));
                }
            }
        }

        private void speak(String text, int length) {
            if (text == null || length > LONGEST_LINE
                    || text.codePoints().noneMatch(Character::isLetterOrDigit)
                    || text.startsWith("/")) {
                open = true;
                return;
            }
            tell(Kind.SAID, text, false);
        }

        @Override
        public void halfCloses() {
            departs(State.LEAVING);
        }

        @Override
        public void awaitsTheEnd() {
            if (state != State.REFUSED && state != State.LEAVING) open = true;
        }

        @Override
        public void leaves() {
            departs(State.GONE);
        }

        private void departs(State next) {
            var before = state;
            state = next;
            pending.replaceAll((_, events) -> new ArrayDeque<>(
                    events.stream().map(each -> each.asOptional(true)).toList()));
            if (before != State.JOINING && before != State.MEMBER) return;
            var certain = before == State.MEMBER || known || next == State.LEAVING;
            if (next == State.GONE) perhapsNotHeard();
            for (var other : guests) {
                if (other != this) other.hasToHearOfTheEnd(this, certain);
            }
        }

        /// A reset may overtake what was said last (RFC 1122, section 4.2.2.13).
        private void perhapsNotHeard() {
            for (var other : guests) {
                other.pending.computeIfPresent(this, (_, events) -> new ArrayDeque<>(
                        events.stream().map(each -> each.asOptional(true)).toList()));
            }
        }

        private void hasToHearOfTheEnd(Guest gone, boolean certain) {
            if (gone.droppable) {
                pending.computeIfPresent(gone, (_, events) -> new ArrayDeque<>(events.stream()
                        .map(each -> each.asOptional(each.optional && each.kind != Kind.LEAVE))
                                .toList()));
            } else {
                hasToHear(gone, new Event(Kind.LEAVE, "", !certain));
            }
        }

        @Override
        public void mayBeDropped() {
            if (droppable || state != State.JOINING && state != State.MEMBER) return;
            tell(Kind.LEAVE, "", true);
            droppable = true;
        }

        private void tell(Kind kind, String text, boolean optional) {
            var event = new Event(kind, text, optional);
            for (var other : guests) if (other != this) other.hasToHear(this, event);
        }

        private void hasToHear(Guest source, Event event) {
            switch (state) {
                case MEMBER -> owe(source, event);
                case JOINING, LEAVING -> owe(source, event.asOptional(true));
                default -> {} // it is not in the room
            }
        }

        private void owe(Guest source, Event event) {
            pending.computeIfAbsent(source, _ -> new ArrayDeque<>()).add(event);
        }

        // ---- what it hears ----

        @Override
        public void take(ByteBuffer bytes) {
            var start = bytes.position();
            while (bytes.hasRemaining()) {
                var next = bytes.get();
                if (next != '\n') {
                    hearing.write(next);
                    continue;
                }
                if (!hears(decoded(hearing.toByteArray()))) {
                    bytes.position(start);
                    return;
                }
                hearing.reset();
                start = bytes.position();
            }
        }

        /// @param line null if it is no UTF-8
        /// @return whether it can be right
        private boolean hears(String line) {
            if (line == null) return false;
            if (!welcomed) {
                welcomed = true;
                return true;
            }
            if (name == null) return state == State.REFUSED;
            if (present != null) return hearsWhoIsThere(line);
            return hearsOfAnother(line) || foreign.test(line);
        }

        private boolean hearsWhoIsThere(String line) {
            if (!line.startsWith("*") || !words(line).containsAll(present)) return false;
            present = null;
            if (state == State.JOINING) state = State.MEMBER;
            return true;
        }

        private boolean hearsOfAnother(String line) {
            for (var each : pending.entrySet()) {
                var events = each.getValue();
                var skipped = 0;
                for (var event : events) {
                    if (fits(line, each.getKey(), event)) {
                        for (int i = 0; i <= skipped; i++) events.remove();
                        each.getKey().known = true;
                        return true;
                    }
                    if (!event.optional) break;
                    skipped++;
                }
            }
            return false;
        }

        private static boolean fits(String line, Guest source, Event event) {
            if (event.kind != Kind.SAID) return line.startsWith("*")
                    && words(line).contains(source.name);
            var start = "[" + source.name + "] ";
            if (!line.startsWith(start) || !isCalm(line)) return false;
            var heard = line.substring(start.length());
            return heard.equals(event.text) || core(heard).equals(core(event.text));
        }

        private static Set<String> words(String line) {
            return new HashSet<>(List.of(line.split("[^\\p{L}\\p{Nd}]+")));
        }

        @Override
        public boolean isComplete() {
            return !saysWelcome() && !lacksTheList() && firstDue().isEmpty();
        }

        private boolean saysWelcome() {
            return !welcomed && state != State.LEAVING && state != State.REFUSED;
        }

        private boolean lacksTheList() {
            return state == State.JOINING;
        }

        private Optional<String> firstDue() {
            return pending.entrySet().stream().flatMap(each -> each.getValue().stream()
                    .filter(event -> !event.optional)
                    .map(event -> shown(each.getKey(), event))).findFirst();
        }

        private static String shown(Guest source, Event event) {
            return switch (event.kind) {
                case JOIN -> "* " + source.name + " has joined";
                case SAID -> "[" + source.name + "] " + event.text;
                case LEAVE -> "* " + source.name + " has left";
            };
        }

        @Override
        public boolean mayEndInReset() {
            return state == State.REFUSED || state == State.LEAVING;
        }

        @Override
        public int answered() {
            return 0;
        }

        @Override
        public byte[] due() {
            var line = saysWelcome() ? "* welcome; what is your name?"
                    : lacksTheList() ? "* here: " + String.join(", ", new TreeSet<>(present))
                    : firstDue().orElse(null);
            return line == null ? new byte[0] : (line + "\n").getBytes(UTF_8);
        }
    }
}
