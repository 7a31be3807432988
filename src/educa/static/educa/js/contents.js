/** What contents are made of, wherever they are shown. */

import "./copy-button.js";
import "./media-player.js";
import "./pdf-frame.js";
import "./picture-viewer.js";
import "./prose-text.js";
import "./video-facade.js";
