package org.warpmix.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Columns named together: items separated by commas, each the name of a column, a pattern in which {@code *} is any text and
 * {@code ?} any character, or a range {@code FIRST:LAST} of neighbours in the order of the file.
 */
public record ColumnPattern(String text) {

    /**
     * The columns in the order of the file, each once.
     *
     * @param names of all columns
     * @param others that patterns and ranges pass over, such as those of the formula
     * @throws UnknownColumnException for a name that there is not, with the nearest ones
     * @throws IllegalArgumentException for a pattern that no column matches
     */
    public List<String> choose(List<String> names, Collection<String> others) {
        Map<String, Integer> place = new HashMap<>();
        for (int c = 0; c < names.size(); c++) {
            place.putIfAbsent(names.get(c), c);
        }
        Set<String> chosen = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            String item = part.strip();
            int colon = item.indexOf(':');
            if (place.containsKey(item)) {
                chosen.add(item);
            } else if (item.indexOf('*') >= 0 || item.indexOf('?') >= 0) {
                addMatches(item, names, others, chosen);
            } else if (colon > 0) {
                int from = find(item.substring(0, colon), names, place);
                int to = find(item.substring(colon + 1), names, place);
                if (from > to) {
                    throw new IllegalArgumentException("The range " + NearestNames.quote(item)
                            + " goes backwards: its last column stands before its first in the file. Swap them.");
                }
                names.subList(from, to + 1).stream()
                        .filter(name -> !others.contains(name))
                        .forEach(chosen::add);
            } else {
                find(item, names, place);
            }
        }
        List<String> inOrder = new ArrayList<>(chosen);
        inOrder.sort((a, b) -> place.get(a) - place.get(b));
        return inOrder;
    }

    private static int find(String name, List<String> names, Map<String, Integer> place) {
        Integer at = place.get(name.strip());
        if (at == null) {
            throw new UnknownColumnException(name.strip(), names);
        }
        return at;
    }

    private static void addMatches(String glob, List<String> names, Collection<String> others, Set<String> chosen) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        Pattern pattern = Pattern.compile(regex.toString(), Pattern.DOTALL);
        int before = chosen.size();
        names.stream()
                .filter(name -> !others.contains(name) && pattern.matcher(name).matches())
                .forEach(chosen::add);
        if (chosen.size() == before) {
            throw new IllegalArgumentException(
                    "No column matches " + NearestNames.quote(glob) + ". " + NearestNames.hint(glob, names));
        }
    }
}
