package org.warpmix.table;

import java.util.Comparator;

/**
 * Unicode code point order, the byte order of UTF-8.
 * <p>{@link String#compareTo} compares UTF-16 units, which puts U+1F600 (an emoji, two surrogates) before U+FFFD.
 */
final class CodePointOrder implements Comparator<String> {

    static final CodePointOrder INSTANCE = new CodePointOrder();

    private CodePointOrder() {}

    @Override
    public int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // A surrogate stands for a code point above all that one unit can hold.
                boolean above = Character.isSurrogate(x);
                return above == Character.isSurrogate(y) ? x - y : above ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }
}
