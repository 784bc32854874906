package org.warpmix.unit;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a run is: runs with equal identities have equal units. Immutable.
 *
 * <pre>
 * RunIdentity.of("bootstrap", 120).with("seed", 42).with("formula", "y ~ x + (1 | g)").with("data", digest)
 * </pre>
 *
 * <p>Whatever a unit's result depends on belongs here, what is only told or shown (a level, an output file, the number of threads)
 * does not.
 *
 * @param command the command of {@code warpmix} that the run is of
 * @param units how many units there are
 * @param settings what else it depends on, such as formula, seed, version and a digest of the data, each by a name that users know,
 *     in the order in which to look for what differs: a digest after what it follows from
 */
public record RunIdentity(String command, int units, Map<String, String> settings) implements Serializable {

    private static final long serialVersionUID = 1L;

    public RunIdentity {
        if (units < 0) {
            throw new IllegalArgumentException("A run of " + units + " units.");
        }
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /** A run without settings. */
    public static RunIdentity of(String command, int units) {
        return new RunIdentity(command, units, Map.of());
    }

    /** Adds a setting; one that is {@code null} is left out. */
    public RunIdentity with(String name, Object value) {
        if (value == null) {
            return this;
        }
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put(name, value.toString());
        return new RunIdentity(command, units, all);
    }

    /**
     * The first thing in which another run differs.
     *
     * @return such as {@code seed: 1 → 2}, this run's value first, or {@code null} where both are the same run
     */
    public String difference(RunIdentity other) {
        if (!command.equals(other.command)) {
            return change("command", command, other.command);
        }
        Set<String> names = new LinkedHashSet<>(settings.keySet());
        names.addAll(other.settings.keySet());
        for (String name : names) {
            if (!Objects.equals(settings.get(name), other.settings.get(name))) {
                return change(name, settings.get(name), other.settings.get(name));
            }
        }
        return units == other.units ? null : change("units", "" + units, "" + other.units);
    }

    private static String change(String name, String from, String to) {
        return name + ": " + (from == null ? "none" : from) + " → " + (to == null ? "none" : to);
    }
}
