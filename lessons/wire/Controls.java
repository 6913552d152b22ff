package wire;

import module java.base;

import wire.Fault.Amount;
import wire.Link.Direction;

/// Which faults are on, and the keys that change them. For one thread at a time.
public final class Controls {

    private static final char TAB = '\t';

    private final BiConsumer<Faults, Faults> setFaults;
    private final Map<Fault, Amount> amounts = new EnumMap<>(Fault.class);
    private final Map<Direction, Map<Fault, Amount>> on = new EnumMap<>(Direction.class);
    private Set<Direction> aim = EnumSet.allOf(Direction.class);
    private Fault last;

    /// @param setFaults is told what goes up and what goes down from now on
    public Controls(BiConsumer<Faults, Faults> setFaults) {
        this.setFaults = setFaults;
        for (var fault : Fault.values()) amounts.put(fault, fault.usual);
        for (var direction : Direction.values()) on.put(direction, new EnumMap<>(Fault.class));
    }

    /// Turns a fault on; a key turns it off again, and on with the same amount.
    ///
    /// @param directions empty for both
    public void set(Fault fault, Amount amount, Optional<Direction> directions) {
        amounts.put(fault, amount);
        directions.map(EnumSet::of).orElse(EnumSet.allOf(Direction.class))
                .forEach(direction -> turnOn(fault, direction));
        tell();
    }

    private void turnOn(Fault fault, Direction direction) {
        var faults = on.get(direction);
        if (fault.isEnding()) faults.keySet().removeIf(Fault::isEnding);
        faults.put(fault, amounts.get(fault));
    }

    private void tell() {
        setFaults.accept(faults(Direction.UP), faults(Direction.DOWN));
    }

    private Faults faults(Direction direction) {
        var faults = Faults.NONE;
        for (var each : on.get(direction).entrySet()) {
            faults = each.getKey().add(faults, each.getValue());
        }
        return faults;
    }

    /// Does what a key says.
    ///
    /// @return whether it has changed something
    public boolean press(int key) {
        switch (key) {
            case TAB -> aim = switch (aim.size()) {
                case 2 -> EnumSet.of(Direction.UP);
                default -> aim.contains(Direction.UP)
                        ? EnumSet.of(Direction.DOWN) : EnumSet.allOf(Direction.class);
            };
            case '0' -> {
                aim.forEach(direction -> on.get(direction).clear());
                tell();
            }
            case '+', '=' -> scale(amount -> Math.max(1, amount * 2));
            case '-' -> scale(amount -> Math.max(1, amount / 2));
            default -> {
                var fault = Stream.of(Fault.values()).filter(each -> each.key == key).findFirst();
                fault.ifPresent(this::toggle);
                return fault.isPresent();
            }
        }
        return true;
    }

    private void toggle(Fault fault) {
        last = fault;
        var isOn = aim.stream().allMatch(direction -> on.get(direction).containsKey(fault));
        for (var direction : aim) {
            if (isOn) on.get(direction).remove(fault);
            else turnOn(fault, direction);
        }
        tell();
    }

    /// Of the fault that was turned on or off last.
    private void scale(LongUnaryOperator change) {
        if (last == null) return;
        var amount = amounts.get(last);
        var value = Math.min(change.applyAsLong(amount.value()), 1 << 24);
        amounts.put(last, new Amount(value, amount.extra()));
        for (var faults : on.values()) {
            if (faults.containsKey(last)) faults.put(last, amounts.get(last));
        }
        tell();
    }

    /// Where the keys aim, and what is on: `keys: both | up: cut to 1 byte`.
    public String status(Words words) {
        var up = said(Direction.UP, words);
        var down = said(Direction.DOWN, words);
        var faults = up.isEmpty() && down.isEmpty() ? words.choose("no faults", "没有故障")
                : up.equals(down) ? words.choose("both ways: ", "双向：") + up
                : Stream.of(up.isEmpty() ? "" : words.choose("up: ", "上行：") + up,
                        down.isEmpty() ? "" : words.choose("down: ", "下行：") + down)
                        .filter(each -> !each.isEmpty()).collect(Collectors.joining(" | "));
        return aim.size() == 2 ? faults : faults + words.choose(" | keys change ", " | 按键只改")
                + (aim.contains(Direction.UP)
                        ? words.choose("up", "上行") : words.choose("down", "下行"));
    }

    private String said(Direction direction, Words words) {
        return on.get(direction).entrySet().stream()
                .map(each -> each.getKey().say(each.getValue(), words))
                .collect(Collectors.joining(", "));
    }

    /// What the keys do.
    public List<String> help(Words words) {
        var lines = new ArrayList<String>();
        for (var fault : Fault.values()) {
            lines.add("  %s    %s%s%s".formatted(fault.key, fault.help(words),
                    words.choose(": ", "："),
                    fault.say(amounts.get(fault), words)));
        }
        lines.add("  + -  " + words.choose("double or halve the last one", "加倍或减半上一个"));
        lines.add("  Tab  " + words.choose("keys change both ways, up only, down only",
                "按键改双向、只改上行、只改下行"));
        lines.add("  0    " + words.choose("no faults", "去掉故障"));
        lines.add("  q    " + words.choose("quit; so does Ctrl-C", "退出；Ctrl-C 也可以"));
        return lines;
    }
}
