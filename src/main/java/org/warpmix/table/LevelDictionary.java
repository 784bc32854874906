package org.warpmix.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The levels of a factor whose rows come piece by piece: each gets a code when it first occurs, and at the end all get the order
 * that the whole column would have. It grows with the levels, not with the rows.
 */
public final class LevelDictionary {

    private enum Kind {
        NUMBERS,
        LABELS,
        LOGICAL
    }

    private final String name;
    private Kind kind;
    private final DistinctNumbers numbers = new DistinctNumbers();
    private final Dictionary labels = new Dictionary();
    private String[] given; // the levels of the pieces, where all have the same; empty: they differ

    /** Without levels as yet. */
    public LevelDictionary(String name) {
        this.name = name;
    }

    /** The column. */
    public String name() {
        return name;
    }

    /** Number of levels so far. */
    public int size() {
        return kind == Kind.NUMBERS ? numbers.size() : labels.size();
    }

    /**
     * Codes of the rows of a further piece.
     *
     * @return one per row, −1 where it is missing
     * @throws TableException for labels where numbers came before, or the other way round
     */
    public int[] codes(Column column) {
        if (column instanceof NumericColumn numeric) {
            settle(Kind.NUMBERS);
            return codes(numeric.values());
        }
        FactorColumn factor = (FactorColumn) column;
        settle(factor.logical() ? Kind.LOGICAL : Kind.LABELS);
        String[] levels = factor.levels();
        if (given == null) {
            given = levels.clone();
        } else if (given.length > 0 && !Arrays.equals(given, levels)) {
            given = new String[0];
        }
        int[] known = new int[levels.length];
        Arrays.fill(known, -1);
        int[] codes = new int[factor.size()];
        for (int row = 0; row < codes.length; row++) {
            int code = factor.codes()[row];
            if (code >= 0 && known[code] < 0) {
                known[code] = labels.code(levels[code]);
            }
            codes[row] = code < 0 ? -1 : known[code];
        }
        return codes;
    }

    /**
     * Takes in the levels of another.
     *
     * @return this one's code for each of the other's
     */
    public int[] merge(LevelDictionary other) {
        int[] codes = new int[other.size()];
        if (other.kind == null) {
            return codes;
        }
        settle(other.kind);
        for (int code = 0; code < codes.length; code++) {
            codes[code] = kind == Kind.NUMBERS
                    ? numbers.code(other.numbers.number(code))
                    : labels.code(other.labels.label(code));
        }
        given = given == null ? other.given : Arrays.equals(given, other.given) ? given : new String[0];
        return codes;
    }

    /**
     * The levels of some codes, in the order that they have in memory: of numbers the numeric one, of labels that given by all
     * pieces or else that of their code points.
     *
     * @param codes one per row; not modified
     */
    public FactorColumn factor(int[] codes) {
        if (kind == Kind.NUMBERS) {
            double[] values = new double[codes.length];
            for (int row = 0; row < values.length; row++) {
                values[row] = numbers.number(codes[row]);
            }
            return Factors.of(new NumericColumn(values));
        }
        if (kind == Kind.LOGICAL) {
            int truth = labels.size() == 0 ? 0 : labels.code("TRUE");
            return Logicals.column(
                    Arrays.stream(codes).map(code -> code == truth ? 1 : 0).toArray());
        }
        boolean ordered = given.length > 0;
        List<String> levels = new ArrayList<>(Arrays.asList(ordered ? given : labels.labels()));
        if (!ordered) {
            levels.sort(CodePointOrder.INSTANCE);
        }
        Map<String, Integer> places = new HashMap<>(2 * levels.size());
        levels.forEach(level -> places.put(level, places.size()));
        int[] place = new int[labels.size()];
        Arrays.setAll(place, code -> places.get(labels.label(code)));
        int[] placed = new int[codes.length];
        Arrays.setAll(placed, row -> place[codes[row]]);
        return new FactorColumn(placed, levels.toArray(new String[0]));
    }

    /** Writes it; {@link #readFrom} reads it again. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeUTF(name);
        out.writeUTF(kind == null ? "" : kind.name());
        out.writeInt(size());
        for (int code = 0; code < size(); code++) {
            if (kind == Kind.NUMBERS) {
                out.writeDouble(numbers.number(code));
            } else {
                out.writeUTF(labels.label(code));
            }
        }
        out.writeInt(given == null ? -1 : given.length);
        for (int level = 0; given != null && level < given.length; level++) {
            out.writeUTF(given[level]);
        }
    }

    /** Reads what {@link #writeTo} wrote. */
    public static LevelDictionary readFrom(DataInput in) throws IOException {
        LevelDictionary dictionary = new LevelDictionary(in.readUTF());
        String kind = in.readUTF();
        dictionary.kind = kind.isEmpty() ? null : Kind.valueOf(kind);
        for (int left = in.readInt(); left > 0; left--) {
            if (dictionary.kind == Kind.NUMBERS) {
                dictionary.numbers.code(in.readDouble());
            } else {
                dictionary.labels.code(in.readUTF());
            }
        }
        int given = in.readInt();
        dictionary.given = given < 0 ? null : new String[given];
        for (int level = 0; level < given; level++) {
            dictionary.given[level] = in.readUTF();
        }
        return dictionary;
    }

    private int[] codes(double[] values) {
        int[] codes = new int[values.length];
        double last = Double.NaN;
        int code = -1;
        for (int row = 0; row < codes.length; row++) {
            double value = values[row];
            if (value != last) { // rows of one group tend to follow each other
                code = Double.isNaN(value) ? -1 : numbers.code(value);
                last = value;
            }
            codes[row] = code;
        }
        return codes;
    }

    private void settle(Kind now) {
        if (kind == null) {
            kind = now;
        } else if (kind != now) {
            throw new TableException("The column " + NearestNames.quote(name) + " holds " + words(kind)
                    + " in one piece of the table and " + words(now) + " in another. Give all pieces the same type.");
        }
    }

    private static String words(Kind kind) {
        return switch (kind) {
            case NUMBERS -> "numbers";
            case LABELS -> "labels";
            case LOGICAL -> "truth values";
        };
    }
}
