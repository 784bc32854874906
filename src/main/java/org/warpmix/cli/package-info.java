/** The command line: arguments in, exit code out. */
package org.warpmix.cli;
