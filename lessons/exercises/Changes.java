package exercises;

import module java.base;

/// What differs between two texts, line by line.
final class Changes {

    private static final int AROUND = 2; // lines that are the same, before and after

    private Changes() {}

    /// Lines that begin with `-`, `+` or a blank; `…` where lines that are the same are left out.
    static List<String> between(String before, String after) {
        var old = before.lines().toList();
        var now = after.lines().toList();
        var common = common(old, now);
        var all = new ArrayList<String>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                all.add("  " + old.get(i++));
                j++;
            } else if (j == now.size() || i < old.size() && common[i + 1][j] >= common[i][j + 1]) {
                all.add("- " + old.get(i++));
            } else {
                all.add("+ " + now.get(j++));
            }
        }
        return withoutTheSame(all);
    }

    /// How many lines from here on are common to both.
    private static int[][] common(List<String> old, List<String> now) {
        var common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j)) ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return common;
    }

    private static List<String> withoutTheSame(List<String> all) {
        var kept = new ArrayList<String>();
        for (int i = 0; i < all.size(); i++) {
            var near = all.subList(Math.max(0, i - AROUND), Math.min(all.size(), i + AROUND + 1));
            if (near.stream().anyMatch(line -> !line.startsWith(" "))) {
                kept.add(all.get(i));
            } else if (!kept.isEmpty() && !kept.getLast().equals("…")) {
                kept.add("…");
            }
        }
        if (!kept.isEmpty() && kept.getLast().equals("…")) kept.removeLast();
        return kept;
    }
}
